import * as vscode from "vscode";

/**
 * A view of the log for the trace of the protocol.
 *
 * The client's library traces only while the channel's level is "trace", which is set by hand and for all channels'
 * readers; here the setting `pubcheck.trace.server` decides, and what it asks for is shown at any level.
 */
export function traceView(log: vscode.LogOutputChannel): vscode.LogOutputChannel {
  const changed = new vscode.EventEmitter<vscode.LogLevel>();
  const wanted = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration("pubcheck.trace.server")) {
      changed.fire(level());
    }
  });
  const overlay: Partial<vscode.LogOutputChannel> = {
    get logLevel() {
      return level();
    },
    onDidChangeLogLevel: changed.event,
    trace: (message: string) => {
      log.info(message);
    },
    dispose: () => {
      wanted.dispose();
      changed.dispose();
    },
  };
  return new Proxy(log, {
    get: (target, key) => Reflect.get(key in overlay ? overlay : target, key) as unknown,
  });
}

function level(): vscode.LogLevel {
  const trace = vscode.workspace.getConfiguration("pubcheck").get("trace.server");
  return trace === "messages" || trace === "verbose" ? vscode.LogLevel.Trace : vscode.LogLevel.Info;
}
