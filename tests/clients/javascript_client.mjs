// A client of the Akash Console API, written from its documentation: deploys an SDL, changes it, closes it.
//
//     API_URL=… API_KEY=… node javascript_client.mjs deploy.yaml
import { readFile } from "node:fs/promises";

const { API_URL, API_KEY } = process.env;
const POLLS = 200;
const pause = () => new Promise((resolve) => setTimeout(resolve, 200));

async function data(method, path, body) {
  const answer = await fetch(API_URL + path, {
    method,
    headers: { "x-api-key": API_KEY, ...(body && { "content-type": "application/json" }) },
    body: body && JSON.stringify(body),
  });
  const found = await answer.json();
  if (!answer.ok) throw new Error(`${answer.status} ${found.error} ${found.code}: ${found.message}`);
  return found.data;
}

async function until(what, look) {
  for (let poll = 0; poll < POLLS; poll += 1) {
    const found = await look();
    if (found) return found;
    await pause();
  }
  throw new Error(`no ${what} came`);
}

const sdl = await readFile(process.argv[2], "utf8");
console.log("user", (await data("GET", "/v1/user/me")).id);

const { dseq, manifest, signTx } = await data("POST", "/v1/deployments", { data: { sdl, deposit: 0.5 } });
console.log("created", dseq, signTx.code, signTx.transactionHash);

const open = await until("bid", async () => {
  const bids = (await data("GET", `/v1/bids/${dseq}`)).map((item) => item.bid);
  const usable = bids.filter((bid) => bid.state === "open");
  return usable.length ? usable : null;
});
open.sort((one, other) => Number(one.price.amount) - Number(other.price.amount));
const { gseq, oseq, provider } = open[0].id;

// a number is as good as a text, and all dseqs are below Number.MAX_SAFE_INTEGER
if (!Number.isSafeInteger(Number(dseq))) throw new Error(`${dseq} is no safe number`);
const leased = await data("POST", "/v1/leases", { manifest, leases: [{ dseq: Number(dseq), gseq, oseq, provider }] });
console.log("leased", leased.leases[0].state, leased.leases[0].id.provider);

const uris = await until("service", async () => {
  const { leases } = await data("GET", `/v1/deployments/${dseq}`);
  const services = Object.values(leases[0].status?.services ?? {});
  const ready = services.length > 0 && services.every((service) => service.available > 0);
  return ready ? services.flatMap((service) => service.uris) : null;
});
console.log("running at", ...uris);

const { deployments } = await data("GET", "/v1/deployments?skip=0&limit=10");
if (!deployments.some((row) => row.deployment.id.dseq === dseq)) throw new Error("the list lacks it");

const newer = sdl.replace("nginx:1.27-alpine", "nginx:1.28-alpine");
console.log("updated", (await data("PUT", `/v1/deployments/${dseq}`, { data: { sdl: newer } })).deployment.hash);

const { escrow_account: escrow } = await data("POST", "/v1/deposit-deployment", { data: { dseq, deposit: 0.25 } });
console.log("funded", Number(escrow.state.funds[0].amount) / 1e6);

const { token } = await data("POST", "/v1/create-jwt-token", { data: { ttl: 60, leases: { access: "full" } } });
const claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
if (claims.iss !== leased.deployment.id.owner) throw new Error("the token is another's");

const { success } = await data("DELETE", `/v1/deployments/${dseq}`);
if (!success) throw new Error("it was not closed");
console.log("closed", (await data("GET", `/v1/deployments/${dseq}`)).deployment.state);
