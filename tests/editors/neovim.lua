-- Opens meter.go, waits for the findings, takes the preferred fix in line 35, has the server suppress what it finds in
-- line 23, and tells what it has seen.
local function seen()
  local found = {}
  for _, one in ipairs(vim.diagnostic.get(0)) do
    table.insert(found, { one.lnum + 1, ('%s: %s'):format(one.code, one.message) })
  end
  return found
end

vim.cmd.edit('meter.go')
vim.wait(60000, function() return #seen() >= 3 end, 50)
local found = seen()

vim.api.nvim_win_set_cursor(0, { 35, 4 })
vim.lsp.buf.code_action({
  apply = true,
  filter = function(action) return action.isPreferred and action.kind == 'quickfix' end,
})
vim.wait(20000, function() return vim.fn.getline(33):find('Swap', 1, true) ~= nil end, 50)

local fixed = vim.fn.getline(33)

vim.lsp.buf_request_sync(0, 'workspace/executeCommand', {
  command = 'pubcheck.suppress',
  arguments = { vim.uri_from_bufnr(0), 22, 'mixed-atomic-access', 'only tests read it' },
}, 20000)

local report = vim.json.encode({
  findings = found,
  fixed = fixed,
  suppressed = table.concat(vim.fn.getline(22, 25), '\n'),
})
vim.fn.writefile({ report }, vim.env.SEEN)
vim.cmd('qall!')
