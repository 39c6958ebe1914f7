// Prints figures, not verdicts: what carrying over a large legacy application costs, against writing one by one, under the quota of a
// tenant, and in memory. Everything runs here, against the sandbox, in real time, so it takes minutes.
//
//   node bench/scale.mjs [users, default 10000] [users under the quota, default 1000]
import { carryOver, footprint } from './carry-over.mjs';
import { oneByOne } from './one-by-one.mjs';

const [users = 10_000, quotaUsers = 1000] = process.argv.slice(2).map(Number);
const sample = Math.min(users, 200);
const latency = 'slow-50ms';
const pageSize = 999;

console.log(`${users} users, and the groups that are assigned; a whole migrate, at 50 ms a request to Graph`);
const carried = await carryOver(users, [latency]);
const pages = Math.ceil(carried.wanted / pageSize);
const budget = Math.floor(pages + (users / 20) * 1.1 + 60);
print('assigned as before', `${carried.held} of ${carried.wanted}; written twice: ${carried.again}`);
print(
  'requests to Graph',
  `${carried.requests}; budget ${budget} = ${pages} pages + users/20 × 1.1 + 60. ${carried.batches} of them write, ${carried.inFlight} at once`,
);
const each = await oneByOne(sample, latency);
print('time to assign', `${seconds(carried.ms)}; one by one ${seconds(each * carried.wanted)} (measured on ${sample})`);
print('ratio', `${((each * carried.wanted) / carried.ms).toFixed(1)} times as fast`);

const [writes, windowMs] = [300, 15_000];
console.log(`${quotaUsers} users under the published quota, scaled down to ${writes} writes in ${windowMs / 1000} s`);
const limited = await carryOver(quotaUsers, [latency, 'quota-tenth']);
const least = Math.floor((limited.wanted - 1) / writes) * windowMs;
print('assigned as before', `${limited.held} of ${limited.wanted}; written twice: ${limited.again}`);
print('429s', `${limited.refused}, for ${((100 * limited.refused) / limited.wanted).toFixed(1)} % of the writes`);
print('time to assign', `${seconds(limited.ms)}; the quota alone takes ${seconds(least)}`);

console.log('Memory of flex-sso alone, and its state');
for (const count of [25, users / 10, users]) {
  const [plain, traced] = [await footprint(count, { trace: false }), await footprint(count, { trace: true })];
  print(
    `${count} users`,
    `${megabytes(plain.memory)}, with --trace ${megabytes(traced.memory)}; state ${megabytes(plain.state)}, saved ${plain.saves} times`,
  );
}

function print(name, text) {
  console.log(`  ${name.padEnd(20)} ${text}`);
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
