;;; What both clients of Emacs do in the test: wait, fix, tell. -*- lexical-binding: t -*-

(require 'json)

(defun seen-wait (probe)
  "Let processes speak until PROBE gives something, or a minute is over."
  (let ((end (+ (float-time) 60)) (value nil))
    (while (and (not (setq value (funcall probe))) (< (float-time) end))
      (accept-process-output nil 0.05))
    value))

(defun seen-line (number)
  "The text of line NUMBER."
  (save-excursion
    (goto-char (point-min))
    (forward-line (1- number))
    (buffer-substring-no-properties (line-beginning-position) (line-end-position))))

(defun seen-go ()
  "Go to the finding in line 35."
  (goto-char (point-min))
  (forward-line 34)
  (search-forward "Stor"))

(defun seen-fix (act)
  "Go to the finding in line 35, call ACT, and wait until the fix is there."
  (seen-go)
  (funcall act)
  (seen-wait (lambda () (string-match-p "Swap" (seen-line 33)))))

(defun seen-tell (findings &optional more)
  "Write FINDINGS, pairs of a line and a message, the line that the fix changes, and MORE."
  (let ((json-encoding-pretty-print nil) (fixed (seen-line 33)))
    (with-temp-file (getenv "SEEN")
      (insert (json-encode `((findings . ,(vconcat (mapcar #'vconcat findings))) (fixed . ,fixed) ,@more)))))
  (kill-emacs 0))
