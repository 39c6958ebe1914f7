import { type RecordedMessage, readHar } from './har.js';
import { messagesIn } from './message.js';

/** What was captured: one message, or a recording of a browser with those it holds, oldest first. */
export interface Capture {
  recording: boolean;
  messages: readonly RecordedMessage[];
}

/** Recognises what somebody hands over. No message if it is something else. Throws an input error if it is garbled. */
export function readCapture(text: string): Capture {
  const recorded = readHar(text);
  if (recorded) return { recording: true, messages: recorded };
  const messages = messagesIn(text);
  return { recording: messages.length > 1, messages };
}
