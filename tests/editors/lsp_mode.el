;;; Opens meter.go with lsp-mode. Arguments: the configuration to test. -*- lexical-binding: t -*-

(require 'cl-lib)
(package-initialize)
(load (expand-file-name "seen.el" (file-name-directory load-file-name)) nil t)
(load (pop command-line-args-left) nil t)
(require 'go-mode)
(require 'lsp-mode)
(setq lsp-auto-guess-root t
      lsp-enable-snippet nil
      lsp-enable-suggest-server-download nil
      lsp-response-timeout 60
      lsp-restart 'ignore)

(defun found ()
  "Lines and messages of the findings."
  (mapcar (lambda (one)
            (list (1+ (lsp-get (lsp-get (lsp-get one :range) :start) :line))
                  (format "%s: %s" (lsp-get one :code) (lsp-get one :message))))
          (gethash (lsp--fix-path-casing buffer-file-name) (lsp-diagnostics))))

(defun fix ()
  "Take the quick fix at point."
  (lsp-execute-code-action
   (seq-find (lambda (action) (lsp-get action :isPreferred)) (lsp-code-actions-at-point))))

(defun hover ()
  "What all servers say about the call in line 35."
  (seen-go)
  (format "%S" (lsp-get (lsp-request "textDocument/hover" (lsp--text-document-position-params)) :contents)))

(find-file "meter.go")
(lsp) ; a batch run is never idle, when lsp-deferred would begin
(seen-wait (lambda () (>= (length (found)) 3)))
(let ((findings (found)) (hover (hover)))
  (seen-fix #'fix)
  (seen-tell findings `((hover . ,hover))))
