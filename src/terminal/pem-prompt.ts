import { createPrompt, isEnterKey, makeTheme, useKeypress, usePrefix, useRef, useState } from '@inquirer/core';
import { hasMarkers } from '../saml/certificate.js';
import { count } from './words.js';

export interface PemQuestion {
  message: string;
  validate: (text: string) => true | string;
  theme: {
    prefix: Record<'idle' | 'done', string>;
    style: Record<'answer' | 'message' | 'error' | 'help', (text: string) => string>;
  };
}

/** Line ends of two characters leave an empty line behind each line; what is cut off has no END line. */
const mayEnd = (lines: readonly string[]) => lines.some(line => /\bEND\b/i.test(line)) || lines.at(-1)?.trim() === '';

const goesOn = 'Enter on an empty line ends it.';

/**
 * A question for one line, as for a file's name, or for PEM, whose lines are pasted: after a BEGIN line only an empty line ends it, so
 * that no line of a chain answers the next question.
 */
export const pemPrompt = createPrompt<string, PemQuestion>(({ message, validate, theme: own }, done) => {
  const theme = makeTheme(own);
  const [status, setStatus] = useState<'idle' | 'done'>('idle');
  const [problem, setProblem] = useState('');
  const [line, setLine] = useState('');
  const pasted = useRef<string[]>([]);
  const prefix = usePrefix({ status, theme });

  useKeypress((key, readline) => {
    if (status === 'done') return;
    if (!isEnterKey(key)) {
      setProblem('');
      return setLine(readline.line);
    }
    const isPem = pasted.current.length > 0 || hasMarkers(line);
    if (isPem && !(line.trim() === '' && mayEnd(pasted.current))) {
      pasted.current = [...pasted.current, line];
      return setLine('');
    }
    const text = isPem ? pasted.current.join('\n') : line;
    const verdict = validate(text);
    if (verdict === true) {
      setStatus('done');
      return done(text);
    }
    pasted.current = [];
    setProblem(verdict);
    // Readline has emptied its line; what was typed is there to be corrected.
    if (!isPem) readline.write(line);
  });

  const lines = pasted.current.length;
  const asked = [
    prefix,
    theme.style.message(message, status),
    ...(lines > 0 ? [`(${count(lines, 'line')} pasted)`] : []),
  ];
  const help = lines > 0 && status === 'idle' ? theme.style.help(goesOn) : '';
  const shown = status === 'done' ? theme.style.answer(line) : line;
  return [[...asked, shown].join(' '), problem ? theme.style.error(problem) : help];
});
