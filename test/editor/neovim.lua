-- Run by neovim.test.ts: nvim --headless --clean -n -S neovim.lua
-- Opens FILE, waits for the server's finding, asks for hover and completion, applies the first code action as a user
-- does, and saves; then goes on where nothing is wrong: refactorings, a definition, two commands (one
-- with progress), the configuration file.
local function finish(message)
  io.stdout:write(message .. "\n")
  vim.lsp.stop_client(vim.lsp.get_active_clients(), true)
  vim.cmd("qall!")
end

local function report(buffer)
  for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
    local code = diagnostic.code or vim.tbl_get(diagnostic, "user_data", "lsp", "code")
    io.stdout:write(string.format("%d %s %d:%d\n", diagnostic.severity, code, diagnostic.lnum, diagnostic.col))
  end
end

local function request(buffer, method)
  local answers = assert(vim.lsp.buf_request_sync(buffer, method, vim.lsp.util.make_position_params(), 30000))
  return select(2, next(answers)).result
end

local ok, err = pcall(function()
  vim.cmd("edit " .. vim.fn.fnameescape(vim.env.FILE))
  vim.bo.filetype = "python"
  local buffer = vim.api.nvim_get_current_buf()
  local client = vim.lsp.start_client({
    name = "queryscope",
    cmd = { vim.env.NODE, vim.env.SERVER, "--stdio" },
    root_dir = vim.env.ROOT,
  })
  vim.lsp.buf_attach_client(buffer, client)
  assert(vim.wait(30000, function() return #vim.diagnostic.get(buffer) > 0 end, 20), "no diagnostics")
  report(buffer)

  local diagnostic = vim.diagnostic.get(buffer)[1]
  vim.api.nvim_win_set_cursor(0, { diagnostic.lnum + 1, diagnostic.col })
  local hover = request(buffer, "textDocument/hover")
  io.stdout:write("hover: " .. vim.split(hover.contents.value, "\n")[1] .. "\n")
  vim.ui.select = function(items, options, choose)
    for _, item in ipairs(items) do io.stdout:write("action: " .. options.format_item(item) .. "\n") end
    choose(items[1], 1)
  end
  vim.lsp.buf.code_action()
  local fixed = function() return #vim.diagnostic.get(buffer) == 0 end
  assert(vim.wait(30000, fixed, 20), "the diagnostic is still there")
  vim.cmd("silent write")

  vim.api.nvim_win_set_cursor(0, { diagnostic.lnum + 1, diagnostic.col })
  local offered = false
  vim.ui.select = function(items, options)
    for _, item in ipairs(items) do io.stdout:write("refactoring: " .. options.format_item(item) .. "\n") end
    offered = true
  end
  vim.lsp.buf.code_action({ only = { "refactor" } })
  assert(vim.wait(30000, function() return offered end, 20), "no refactorings")

  vim.fn.search("customer\")", "b")
  vim.lsp.buf.definition()
  local gone = function() return vim.api.nvim_get_current_buf() ~= buffer end
  assert(vim.wait(30000, gone, 20), "no definition")
  io.stdout:write("definition: " .. vim.fn.expand("%:t") .. ": " .. vim.trim(vim.api.nvim_get_current_line()) .. "\n")
  vim.cmd("buffer " .. buffer)

  local check = { command = "queryscope.server.checkWorkspace" }
  local answers = assert(vim.lsp.buf_request_sync(buffer, "workspace/executeCommand", check, 30000))
  io.stdout:write("findings of the workspace: " .. select(2, next(answers)).result.findings .. "\n")

  local titles = {}
  vim.api.nvim_create_autocmd("User", {
    pattern = "LspProgressUpdate",
    callback = function()
      for _, progress in ipairs(vim.lsp.util.get_progress_messages()) do titles[progress.title or ""] = true end
    end,
  })
  local asked = {
    uri = vim.uri_from_fname(vim.env.ROOT),
    nonce = "0123456789abcdef",
    workspaceTrusted = true,
    redis = { { name = "a port where nothing listens", port = 1 } },
  }
  local audit = { command = "queryscope.server.audit", arguments = { asked } }
  local reports = assert(vim.lsp.buf_request_sync(buffer, "workspace/executeCommand", audit, 30000))
  io.stdout:write("findings of the report: " .. #select(2, next(reports)).result.report.findings .. "\n")
  -- That of an analysis is shown as well, where it takes long.
  local making = "Queryscope: making the scaling report"
  if titles[making] then io.stdout:write("progress: " .. making .. "\n") end

  vim.api.nvim_buf_set_lines(buffer, -1, -1, true, { "Order.objects.filter(customer__na" })
  vim.api.nvim_win_set_cursor(0, { vim.api.nvim_buf_line_count(buffer), 33 })
  for _, item in ipairs(request(buffer, "textDocument/completion").items) do
    if vim.startswith(item.label, "na") then io.stdout:write("completion: " .. item.label .. "\n") end
  end
  vim.bo.modified = false

  vim.cmd("edit " .. vim.env.ROOT .. "/queryscope.toml")
  local configuration = vim.api.nvim_get_current_buf()
  vim.lsp.buf_attach_client(configuration, client)
  vim.api.nvim_buf_set_lines(configuration, 0, -1, true, { "sel" })
  vim.api.nvim_win_set_cursor(0, { 1, 3 })
  for _, item in ipairs(request(configuration, "textDocument/completion")) do
    if vim.startswith(item.label, "sel") then io.stdout:write("completion in the configuration: " .. item.label .. "\n") end
  end
  vim.bo.modified = false
end)
finish(ok and "done" or ("failed: " .. tostring(err)))
