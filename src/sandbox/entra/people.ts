import type { User } from './directory.js';
import { guidFrom } from './identifiers.js';

const people = [
  ['Amara', 'Okafor'],
  ['Mateo', 'Rodríguez Vega'],
  ['Siobhán', "O'Brien"],
  ['Wei', 'Zhang'],
  ['Priya', 'Raghunathan'],
  ['Jonas', 'Lindqvist'],
  ['Fatima', 'Al-Hashimi'],
  ['Kwame', 'Mensah'],
  ['Chloé', 'Lefèvre'],
  ['Dmytro', 'Kovalenko'],
  ['Hana', 'Nováková'],
  ['Diego', 'Fernandes'],
  ['Yuki', 'Tanaka'],
  ['Zanele', 'Dlamini'],
  ['Björn', 'Þórsson'],
  ['Leila', 'Haddad'],
  ['Nguyễn', 'Minh Anh'],
  ['Grace', 'Kimani'],
  ['Tomasz', 'Wójcik'],
  ['Aaliyah', 'Johnson'],
  ['Luca', 'De Santis'],
  ['Soo-jin', 'Park'],
  ['Noor', 'van den Berg'],
  ['Ravi', 'Iyer'],
  ['Ingrid', 'Haugen'],
  ['Emeka', 'Nwosu'],
  ['Camila', 'Rojas'],
  ['Ahmet', 'Yıldız'],
  ['Maya', 'Cohen'],
  ['Tane', 'Ngata'],
  ['Oluwaseun', 'Adeyemi'],
  ['Elif', 'Şahin'],
] as const;

const offices = ['Lisbon', 'Kraków', 'Manila', 'Austin', 'Remote'];

/**
 * Who mail and UPN differ for, by position: an older UPN in capitals that mail never followed, a name before a marriage,
 * a mail alias.
 */
const otherMails: Record<number, (user: User, domain: string) => Partial<User>> = {
  4: user => ({ mail: user.userPrincipalName, userPrincipalName: capitalised(user.userPrincipalName) }),
  7: (_, domain) => ({ mail: `kwame@support.${domain}` }),
  10: (_, domain) => ({ userPrincipalName: `hana.dvorakova@${domain}` }),
};

/** The people of the tenant; the first ones are those in charge. */
export function createUsers(count: number, domain: string): User[] {
  return Array.from({ length: count }, (_, position) => {
    const [givenName, surname] = nameAt(position);
    // Beyond the list every combination of names comes once before a number has to tell people apart.
    const round = Math.floor(position / people.length ** 2);
    const alias = `${ascii(givenName)}.${ascii(surname)}${round || ''}`;
    const upn = `${alias}@${domain}`;
    const user: User = {
      id: guidFrom(`user ${alias}`),
      accountEnabled: true,
      userPrincipalName: upn,
      mail: upn,
      displayName: `${givenName} ${surname}`,
      givenName,
      surname,
      department: 'Customer Care',
      jobTitle: 'Contact Centre Agent',
      officeLocation: offices[position % offices.length] ?? '',
      employeeId: String(10_412 + position * 7),
      userType: 'Member',
      createdDateTime: new Date(Date.UTC(2021, 2, 1 + position, 8, 30)).toISOString(),
    };
    return Object.assign(user, otherMails[position]?.(user, domain));
  });
}

function nameAt(position: number): readonly [string, string] {
  const row = Math.floor(position / people.length);
  const given = people[position % people.length] ?? people[0];
  const family = people[(position + row) % people.length] ?? people[0];
  return [given[0], family[1]];
}

/** Entra's UPNs are ASCII; an apostrophe is allowed in them and stays. */
function ascii(name: string): string {
  const plain = name.replace(/[ıþđ]/gi, letter => ({ ı: 'i', þ: 'th', đ: 'd' })[letter.toLowerCase()] ?? '');
  return plain
    .normalize('NFD')
    .toLowerCase()
    .replace(/ +/g, '-')
    .replace(/[^a-z'-]/g, '');
}

const capitalised = (upn: string) => upn.replace(/^[a-z]|\.[a-z]/g, letter => letter.toUpperCase());
