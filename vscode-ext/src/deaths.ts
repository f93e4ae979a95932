const WINDOW_MS = 3 * 60 * 1000;
const FORGIVEN = 3;

/** Whether a server whose process has ended is worth another start. */
export class Deaths {
  private times: number[] = [];

  /**
   * Counts an end of the process.
   *
   * A server that never came up won't come up the next time; one that did gets a few more tries, but not for ever.
   *
   * @param cameUp whether it had answered before it ended
   * @param now milliseconds of any clock
   */
  worthAnotherStart(cameUp: boolean, now: number): boolean {
    this.times = [...this.times.filter((time) => now - time < WINDOW_MS), now];
    return cameUp && this.times.length <= FORGIVEN;
  }
}
