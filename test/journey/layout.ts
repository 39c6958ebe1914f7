import { widthOf } from '../../src/terminal/output.js';

/** One thing that is to be copied whole: a URL, a file, a certificate's line or a command, with a mark before it at most. */
const copyable = /^ *(?:[-+✓✗✋?·~] |\d+\. )?(?:`[^`]+`|\S+)[.,]?$/;

/** The lines that are wider than the terminal without need. */
export function overlong(text: string, columns: number): string[] {
  return text.split('\n').filter(line => widthOf(line) > columns && !copyable.test(line));
}
