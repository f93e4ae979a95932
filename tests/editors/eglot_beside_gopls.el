;;; Opens meter.go with eglot and a program that speaks for two servers. Arguments: the configuration to test. -*- lexical-binding: t -*-

(require 'cl-lib)
(require 'flymake)
(package-initialize)
(load (expand-file-name "seen.el" (file-name-directory load-file-name)) nil t)
(load (pop command-line-args-left) nil t)
(require 'eglot)
(setq eglot-sync-connect 30 eglot-connect-timeout 30)

(defun found ()
  "Lines and messages of the findings."
  (mapcar (lambda (one) (list (line-number-at-pos (flymake-diagnostic-beg one)) (flymake-diagnostic-text one)))
          (flymake-diagnostics)))

(defun asked (method &rest more)
  "What the servers say to METHOD about the finding in line 35."
  (seen-go)
  (jsonrpc-request (eglot-current-server) method (append (eglot--TextDocumentPositionParams) more)))

(defun offered ()
  "Titles of code actions for the lines of the whole statement."
  (mapcar (lambda (one) (plist-get one :title))
          (asked :textDocument/codeAction
                 :range '(:start (:line 32 :character 8) :end (:line 34 :character 18))
                 :context '(:diagnostics []))))

(find-file "meter.go")
(run-hooks 'post-command-hook) ; a batch run has no command loop; eglot begins after a command
(goto-char (point-max))
(insert "\nvar typed = missing // 😀\n")
(eglot--signal-textDocument/didChange)
(seen-wait (lambda () (flymake-start) (>= (length (found)) 4)))
(seen-tell (found)
           `((hover . ,(plist-get (plist-get (asked :textDocument/hover) :contents) :value))
             (offered . ,(vconcat (offered)))))
