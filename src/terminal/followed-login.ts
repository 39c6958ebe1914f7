import type { ComparedItem, FollowedLogin } from '../migration/state.js';
import { cleanDeep } from './clean.js';
import { type Meaning, type Output, padded, readable, widthOf } from './output.js';

const marks: Record<ComparedItem['result'], { mark: string; meaning: Meaning }> = {
  same: { mark: '✓', meaning: 'good' },
  different: { mark: '✗', meaning: 'bad' },
  'not-compared': { mark: '·', meaning: 'faint' },
};

const titles: Record<FollowedLogin['connection'], string> = {
  enhanced: 'Enhanced connection: what Flex asks of the identity provider',
  legacy: 'Legacy connection: what Flex asks of the identity provider',
};

/** Draws what was compared of each login that was followed; on request every request of it, too. */
export function drawFollowedLogins(
  output: Output,
  followed: readonly FollowedLogin[],
  options: { hops: boolean },
): void {
  for (const { connection, hops, compared } of cleanDeep(followed)) {
    if (compared.length === 0 && !options.hops) continue;
    output.gap();
    output.text(output.paint.heading(titles[connection]));
    const column = Math.max(0, ...compared.map(({ item }) => widthOf(item)));
    for (const [index, item] of compared.entries())
      drawItem(output, item, { column, above: compared[index - 1]?.seen });
    if (options.hops)
      for (const { method, url, status } of hops)
        output.text(output.paint.faint(`${status || 'no answer'}: ${method} ${url}`), { indent: 2, lead: '→ ' });
  }
}

/** What is as it should be takes one line; what is not shows both sides below each other. */
function drawItem(
  output: Output,
  { item, expected, seen, result }: ComparedItem,
  { column, above }: { column: number; above: string | undefined },
): void {
  const { mark, meaning } = marks[result];
  const lead = `${output.paint[meaning](mark)} `;
  if (result === 'same') {
    drawValue(output, `${lead}${padded(item, column)}  `, seen === above ? 'the same' : seen, 2);
    return;
  }
  output.text(item, { indent: 2, lead });
  drawValue(output, 'Expected: ', expected, 4);
  drawValue(output, 'Seen:     ', seen, 4);
}

/** Beside its label where that fits, below it in one piece where not, to be compared character by character. */
function drawValue(output: Output, label: string, value: string, indent: number): void {
  const shown = readable(value);
  if (widthOf(label + shown) + indent <= output.width() || /\s/.test(shown)) {
    output.text(shown, { indent, lead: label });
    return;
  }
  output.text(label.trimEnd(), { indent });
  output.text(shown, { indent: 6, wrap: false });
}
