/** Text as it may stand in an element or in an attribute in double quotes. */
export const escapeXml = (text: string) => text.replace(/[<>&"']/g, character => `&#${character.charCodeAt(0)};`);
