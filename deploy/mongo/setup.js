// Run by mongosh at every start, and safe to repeat: forms the replica set, then gives each
// service a user that may use its own database and nothing else. Changed passwords take effect.

const SERVICES = ["applications", "scheduling", "notifications", "awards"];
const HOST = "mongo:27017";
const PATIENCE_MS = 120_000;

const deadline = Date.now() + PATIENCE_MS;

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

function eventually(what, attempt) {
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`${what}: ${error.message}`);
      sleep(500);
    }
  }
}

// On its very first start the server listens on its own loopback while its administrator is
// created, and restarts; until then this waits.
const admin = eventually("connecting", () => {
  const found = new Mongo(`mongodb://${HOST}/?directConnection=true`).getDB("admin");
  found.auth(required("MONGO_ROOT_USERNAME"), required("MONGO_ROOT_PASSWORD"));
  return found;
});

try {
  admin.adminCommand({ replSetGetStatus: 1 });
} catch (error) {
  if (error.codeName !== "NotYetInitialized") throw error;
  const members = [{ _id: 0, host: HOST }];
  admin.adminCommand({ replSetInitiate: { _id: "nextstep", members } });
  print("The replica set is formed.");
}

eventually("becoming primary", () => {
  if (!admin.hello().isWritablePrimary) throw new Error("not primary yet");
});

for (const name of SERVICES) {
  const database = admin.getSiblingDB(name);
  const pwd = required(`${name.toUpperCase()}_MONGO_PASSWORD`);
  const roles = [{ role: "readWrite", db: name }];
  if (database.getUser(name)) database.updateUser(name, { pwd, roles });
  else database.createUser({ user: name, pwd, roles });
}
print(`Users are ready: ${SERVICES.join(", ")}.`);
