// Node's modbus-serial as a device, `server`, or as a client of one, `client PORT` or `rtu-over-tcp PORT`.
//
// The device answers on a free port of 127.0.0.1, which is printed: input register n holds n, holding register n holds
// n + 1000 until it is written. The client reads and writes, and prints what it saw as JSON.
const modbus = require("modbus-serial");

function server() {
  const written = new Map();
  const device = {
    getCoil: (n) => (written.has(`c${n}`) ? written.get(`c${n}`) : n % 2 === 1),
    getDiscreteInput: (n) => n % 2 === 1,
    getInputRegister: (n) => n,
    getHoldingRegister: (n) => {
      if (n >= 200) throw { modbusErrorCode: 2 };
      return written.has(n) ? written.get(n) : n + 1000;
    },
    setCoil: (n, value) => written.set(`c${n}`, value),
    setRegister: (n, value) => written.set(n, value),
  };
  // The library does not say which free port it was given, so one is looked for before.
  const probe = require("net").createServer().listen(0, "127.0.0.1", () => {
    const port = probe.address().port;
    probe.close(() => {
      const tcp = new modbus.ServerTCP(device, { host: "127.0.0.1", port, unitID: 1 });
      tcp.on("initialized", () => console.log(port));
    });
  });
}

async function client(how, port) {
  const client = new modbus();
  if (how === "client") await client.connectTCP("127.0.0.1", { port });
  else await client.connectTelnet("127.0.0.1", { port });
  client.setID(1);
  client.setTimeout(2000);
  const seen = {};
  seen.holding = (await client.readHoldingRegisters(100, 2)).data;
  seen.input = (await client.readInputRegisters(7, 1)).data;
  seen.coils = (await client.readCoils(3, 3)).data.slice(0, 3);
  seen.inputs = (await client.readDiscreteInputs(3, 2)).data.slice(0, 2);
  await client.writeRegister(100, 42);
  await client.writeRegisters(101, [43, 44]);
  await client.writeCoil(3, true);
  await client.writeCoils(4, [true, false]);
  seen.refused = await client.readHoldingRegisters(5000, 1).then(() => 0, (error) => error.modbusCode);
  console.log(JSON.stringify(seen));
  client.close();
}

const [how, port] = process.argv.slice(2);
if (how === "server") server();
else client(how, Number(port)).catch((error) => { console.error(error); process.exit(1); });
