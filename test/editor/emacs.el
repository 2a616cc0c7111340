;;; emacs.el --- Run by emacs.test.ts: emacs --batch -L EGLOT -l emacs.el  -*- lexical-binding: t -*-
;; Opens FILE, waits for the server's finding, asks for hover and completion, applies the first code action as a user
;; does, and saves; then goes on where nothing is wrong: refactorings, a definition, a command, the configuration file.
(require 'package)
(package-initialize)
(require 'eglot)
(require 'flymake)

(defun test-wait (what condition)
  "Wait until CONDITION is true; WHAT says for what."
  (let ((deadline (+ (float-time) 60)))
    (while (not (funcall condition))
      (when (> (float-time) deadline) (error "Still no %s" what))
      ;; Emacs sends changes when it is idle, which it never is in a batch.
      (when (eglot-managed-p) (eglot--signal-textDocument/didChange))
      (accept-process-output nil 0.02)
      (sit-for 0.02))))

(defun test-say (text &rest values)
  (princ (concat (apply #'format text values) "\n")))

(defun test-run ()
  (setq eglot-autoshutdown t
        eglot-confirm-server-initiated-edits nil
        flymake-start-on-flymake-mode t
        make-backup-files nil)
  (add-to-list 'eglot-server-programs
               `((python-mode conf-toml-mode) . (,(getenv "NODE") ,(getenv "SERVER") "--stdio")))
  (add-hook 'project-find-functions (lambda (_) (cons 'transient (file-name-as-directory (getenv "ROOT")))))
  (find-file (getenv "FILE"))
  (python-mode)
  (apply #'eglot--connect (eglot--guess-contact))
  (test-wait "connection" #'eglot-managed-p)
  (test-wait "diagnostics" (lambda () (flymake-start) (flymake-diagnostics)))
  (dolist (diagnostic (flymake-diagnostics))
    (test-say "%s %d:%s %s"
              (flymake-diagnostic-type diagnostic)
              (line-number-at-pos (flymake-diagnostic-beg diagnostic))
              (buffer-substring (flymake-diagnostic-beg diagnostic) (flymake-diagnostic-end diagnostic))
              (car (split-string (flymake-diagnostic-text diagnostic) "\n"))))
  (goto-char (point-min))
  (search-forward "Order.objects.a")
  (let ((hover (jsonrpc-request (eglot-current-server) :textDocument/hover (eglot--TextDocumentPositionParams))))
    (test-say "hover: %s" (car (split-string (plist-get (plist-get hover :contents) :value) "\n"))))
  (cl-letf (((symbol-function 'completing-read)
             (lambda (_prompt actions &rest _)
               (dolist (action actions) (test-say "action: %s" (if (consp action) (car action) action)))
               (let ((first (car actions))) (if (consp first) (car first) first)))))
    (let ((last-nonmenu-event ?x)) (call-interactively #'eglot-code-actions)))
  (test-wait "repair" (lambda () (flymake-start) (null (flymake-diagnostics))))
  (save-buffer)
  (goto-char (point-min))
  (search-forward "(\"cus")
  (let ((definition (xref-item-location (car (xref-backend-definitions 'eglot "customer")))))
    (with-current-buffer (marker-buffer (xref-location-marker definition))
      (goto-char (xref-location-marker definition))
      (test-say "definition: %s: %s" (buffer-name) (string-trim (thing-at-point 'line t)))))
  (let ((answer (eglot-execute-command (eglot-current-server) 'queryscope.server.checkWorkspace [])))
    (test-say "findings of the workspace: %s" (plist-get answer :findings)))
  ;; It touches two files, for which Emacs asks; the only one is not asked for.
  (cl-letf (((symbol-function 'y-or-n-p) (lambda (_prompt) t)))
    (eglot-code-actions (point) nil "refactor.extract" t))
  (test-say "refactoring: %s" (string-trim (thing-at-point 'line t)))
  (goto-char (point-max))
  (insert "\n\nOrder.objects.filter(customer__na")
  (let* ((capf (eglot-completion-at-point))
         (candidates (all-completions "na" (nth 2 capf))))
    (test-say "completion: %s" (mapconcat #'substring-no-properties candidates " ")))
  (set-buffer-modified-p nil)
  (find-file (expand-file-name "queryscope.toml" (getenv "ROOT")))
  (test-wait "connection of the configuration" #'eglot-managed-p)
  (insert "sel")
  (let ((candidates (all-completions "sel" (nth 2 (eglot-completion-at-point)))))
    (test-say "completion in the configuration: %s" (mapconcat #'substring-no-properties candidates " ")))
  (set-buffer-modified-p nil)
  (test-say "done"))

(condition-case failure
    (test-run)
  (error (test-say "failed: %S" failure)))
(when (eglot-current-server) (eglot-shutdown (eglot-current-server)))
(kill-emacs 0)
;;; emacs.el ends here
