/** What a command has begun goes on, or can be gone on with, but its time is up. The message says what is known. */
export class StillUnderWay extends Error {
  constructor(message: string) {
    super(message);
    this.name = "StillUnderWay";
  }
}
