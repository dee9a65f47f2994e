// Drives the published client through every resource; prints what worked and failed.
import * as seven from "@seven.io/client";

const [baseUrl, apiKey, signingSecret] = process.argv.slice(2);
seven.Client.BASE_URL = baseUrl;
console.log = () => {};
const phone = "491716992343";
const failed = {};
let worked = 0;

async function check(name, run, isGood) {
  try {
    const value = await run();
    if (!isGood(value)) throw new Error("unexpected " + JSON.stringify(value));
    worked += 1;
    return value;
  } catch (error) {
    failed[name] = String(error);
  }
}

for (const options of [{ apiKey }, { apiKey, signingSecret }]) {
  const signed = options.signingSecret ? " signed" : "";
  const client = new seven.Client(options);
  const of = (Resource) => new Resource(client);
  const step = (name, run, isGood) => check(name + signed, run, isGood);

  await step("balance", () => of(seven.BalanceResource).get(), (v) => v.amount > 0);
  const analytics = of(seven.AnalyticsResource);
  await step("by date", () => analytics.byDate(), (v) => v.length === 31);
  await step("by country", () => analytics.byCountry(), Array.isArray);
  await step("by label", () => analytics.byLabel(), Array.isArray);
  await step("by subaccount", () => analytics.bySubaccount(), Array.isArray);

  const sms = of(seven.SmsResource);
  const sent = await step(
    "sms",
    () => sms.dispatch({ to: [phone, "4917100001"], text: "Hi" + signed, flash: true }),
    (v) => v.success === "100" && v.messages.length === 2,
  );
  const later = await step(
    "sms later",
    () => sms.dispatch({ to: [phone], text: "later" + signed, delay: new Date(Date.now() + 9e6) }),
    (v) => v.success === "100",
  );
  await step("sms delete", () => sms.delete({ ids: [later.messages[0].id] }), (v) => v.success);
  const id = sent.messages[0].id;
  await step("status", () => of(seven.StatusResource).get([id]), (v) => v[0].id === id);

  const journal = of(seven.JournalResource);
  await step("outbound", () => journal.outbound(), (v) => v.length > 1);
  await step("inbound", () => journal.inbound(), Array.isArray);
  await step("voice journal", () => journal.voice(), Array.isArray);

  const groups = of(seven.GroupsResource);
  const group = await step("group", () => groups.create({ name: "G" + signed }), (v) => v.id > 0);
  await step("group edit", () => groups.edit(group.id, { name: "H" }), (v) => v.name === "H");
  await step("groups", () => groups.all(), (v) => v.data.length > 0);
  await step("group one", () => groups.one(group.id), (v) => v.id === group.id);

  const contacts = of(seven.ContactsResource);
  const properties = { firstname: "Jane", lastname: null, mobile_number: phone };
  const contact = await step(
    "contact",
    () => contacts.create({ avatar: "", groups: [group.id], properties }),
    (v) => v.groups[0] === group.id,
  );
  await step("contacts", () => contacts.list({ limit: 1 }), (v) => v.pagingMetadata.count === 1);
  contact.properties.city = "Kiel";
  await step("contact edit", () => contacts.update(contact), (v) => v.properties.city === "Kiel");
  await step("contact one", () => contacts.get(contact.id), (v) => v.id === contact.id);
  await step("contact delete", () => contacts.delete(contact.id), (v) => v.success);
  await step("group delete", () => groups.delete(group.id, true), (v) => v.success);

  const hooks = of(seven.HooksResource);
  const hook = await step(
    "hook",
    () => hooks.subscribe({ targetUrl: "http://127.0.0.1:9/x", eventType: "dlr", requestMethod: "JSON" }),
    (v) => v.success,
  );
  await step("hooks", () => hooks.read(), (v) => v.hooks.length > 0);
  await step("hook delete", () => hooks.unsubscribe(hook.id), (v) => v.success);

  const lookup = of(seven.LookupResource);
  for (const kind of ["format", "hlr", "mnp", "cnam", "rcs"]) {
    await step(kind, () => lookup[kind]({ numbers: [phone] }), (v) => Boolean(v));
  }

  const numbers = of(seven.NumbersResource);
  const offers = await step(
    "available",
    () => numbers.listAvailable({ country: "SE" }),
    (v) => v.availableNumbers.length > 0,
  );
  const number = offers.availableNumbers[0].number;
  await step("order", () => numbers.order({ number, payment_interval: "monthly" }), (v) => v.success);
  await step("active", () => numbers.listActive(), (v) => v.activeNumbers.length === 1);
  await step("active one", () => numbers.getActive({ number }), (v) => v.number === number);
  await step(
    "active edit",
    () => numbers.update({ number, friendly_name: "Desk", sms_forward: [phone] }),
    (v) => v.forward_sms_mo.sms.number[0] === phone,
  );
  await step("active delete", () => numbers.delete({ number, delete_immediately: true }), (v) => v.success);

  await step("pricing", () => of(seven.PricingResource).get({ country: "de" }), (v) => v.countCountries === 1);
  await step("validate", () => of(seven.ValidateResource).start({ number: phone }), (v) => "success" in v);
  await step("voice", () => of(seven.VoiceResource).dispatch({ to: [phone], text: "Hi" }), (v) => v.success === "100");

  const rcs = of(seven.RcsResource);
  const card = await step(
    "rcs",
    () => rcs.dispatch({ to: phone, text: "rcs" + signed, delay: new Date(Date.now() + 9e6) }),
    (v) => v.messages[0].channel === "RCS",
  );
  await step("rcs event", () => rcs.event({ event: "IS_TYPING", to: phone }), (v) => v.success);
  await step("rcs delete", () => rcs.delete({ id: card.messages[0].id }), (v) => v.success);
  await step("agents", () => of(seven.AgentsResource).all(), (v) => v.agents.length === 1);

  const subaccounts = of(seven.SubaccountsResource);
  const made = await step(
    "subaccount",
    () => subaccounts.create({ name: "A", email: "a@example.org" }),
    (v) => v.success,
  );
  const sub = made.subaccount.id;
  await step("subaccounts", () => subaccounts.read(), (v) => v.length === 1);
  await step("transfer", () => subaccounts.transferCredits({ id: sub, amount: 1 }), (v) => v.success);
  await step("top up", () => subaccounts.autoCharge({ id: sub, amount: 1, threshold: 1 }), (v) => v.success);
  await step("subaccount delete", () => subaccounts.delete({ id: sub }), (v) => v.success);
}

process.stdout.write(JSON.stringify({ worked, failed }) + "\n");
