/**
 * Why XML is not well-formed, if a program did it that people copy texts with; said of "it", with what to do. undefined if nothing of the kind
 * is seen.
 */
export function spoiltCopy(xml: string): string | undefined {
  return signs.find(([shows]) => shows(xml))?.[1];
}

const signs: readonly (readonly [shows: (xml: string) => boolean, words: string])[] = [
  [
    xml => /<[^<>]{1,1000}=\s{0,5}[\u2018-\u201F\u2033\u00AB\u00BB]/.test(xml),
    'it has typographic quotation marks, as word processors put them; copy it again as plain text',
  ],
  [
    xml => /(?:<[\w:.-]{1,100}|["'])\u00A0/.test(xml),
    'it has no-break spaces between its attributes, as word processors put them; copy it again as plain text',
  ],
  [
    xml => /<\/(?:[\w.-]{1,60}:)?(?:Response|EntityDescriptor)>[^<>]{0,20}<(?![/!?])/.test(xml) && !isOneElement(xml),
    'it holds several messages, one behind the other; inspect each of them alone',
  ],
  [xml => !endsAsItBegins(xml), 'it is cut off: its last tag is missing; copy it whole'],
];

const rootOf = (xml: string) => /<([A-Za-z_][\w.:-]{0,120})(?=[\s/>])/.exec(xml);

/** Lists of metadata hold several elements, but in one. */
const isOneElement = (xml: string) => /EntitiesDescriptor$/.test(rootOf(xml)?.[1] ?? '');

function endsAsItBegins(xml: string): boolean {
  const root = rootOf(xml);
  const end = xml
    .trimEnd()
    .slice(-200)
    .replace(/\s{1,9}>$/, '>');
  return end.endsWith(`</${root?.[1]}>`) || (end.endsWith('/>') && xml.lastIndexOf('<') === root?.index);
}
