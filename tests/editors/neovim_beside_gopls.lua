-- Opens meter.go with two servers, types a name that there is not, asks for a hover and for code actions as a user does,
-- and tells what it has seen of each server.
local function wait(probe) vim.wait(60000, probe, 50) end

local function findings()
  local found = {}
  for _, one in ipairs(vim.diagnostic.get(0)) do
    table.insert(found, { one.lnum + 1, one.source or '', one.message })
  end
  return found
end

local function float()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
    end
  end
end

vim.cmd.edit('meter.go')
wait(function() return #vim.lsp.get_clients({ bufnr = 0 }) == 2 end)
vim.api.nvim_buf_set_lines(0, -1, -1, false, { '', 'var typed = missing // 😀' })
wait(function() return #findings() >= 4 end)
local found = findings()

vim.api.nvim_win_set_cursor(0, { 35, 12 })
vim.lsp.buf.hover()
wait(float)

local offered = {}
vim.ui.select = function(items)
  for _, item in ipairs(items) do
    table.insert(offered, { vim.lsp.get_client_by_id(item.ctx.client_id).name, item.action.title })
  end
end
vim.lsp.buf.code_action({ range = { start = { 33, 9 }, ['end'] = { 35, 19 } } })
wait(function() return #offered > 0 end)

local hover = float()
vim.cmd('checkhealth vim.lsp')
local health = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
vim.fn.writefile({ vim.json.encode({ findings = found, hover = hover, offered = offered, health = health }) }, vim.env.SEEN)
vim.cmd('qall!')
