;;; Opens meter.go with eglot. Arguments: the configuration to test. -*- lexical-binding: t -*-

(require 'cl-lib)
(require 'flymake)
(package-initialize)
(load (expand-file-name "seen.el" (file-name-directory load-file-name)) nil t)
(load (pop command-line-args-left) nil t)
(require 'eglot)
(setq eglot-sync-connect 30 eglot-connect-timeout 30 eglot-confirm-server-initiated-edits nil)

(defun found ()
  "Lines and messages of the findings."
  (mapcar (lambda (one) (list (line-number-at-pos (flymake-diagnostic-beg one)) (flymake-diagnostic-text one)))
          (flymake-diagnostics)))

(defun fix ()
  "Take the quick fix at point, as a user does who picks it from the list."
  (cl-letf (((symbol-function 'completing-read)
             (lambda (_prompt titles &rest _) (car (all-completions "Read and reset" titles))))
            (last-nonmenu-event ?\r)) ; or else it would open a menu for the mouse
    (eglot-code-actions (point) nil nil t)))

(find-file "meter.go")
(run-hooks 'post-command-hook) ; a batch run has no command loop; eglot begins after a command
(seen-wait (lambda () (flymake-start) (>= (length (found)) 3)))
(let ((findings (found)))
  (seen-fix #'fix)
  (seen-tell findings))
