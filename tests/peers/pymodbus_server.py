"""A device played by pymodbus, steered over standard input and output.

The first line of standard input is the device, as JSON:
    {"unit": 1, "image": {"coil": {"3": 0}, "discrete_input": {}, "input_register": {"13": 65036}, "holding_register": {}}}
Every address that is not in the image answers exception 2. The server then prints {"port": N} (TCP) or
{"path": "..."} (serial line) and takes commands, one JSON object a line, each answered with one line:
    {"do": "log"}                      the requests since the last log: [[function, address, count], ...]
    {"do": "memory"}                   the image as it is now
    {"do": "refuse", "table": "input_register", "addresses": [13], "exception": 2}
    {"do": "set", "table": "input_register", "values": {"13": 0}}
    {"do": "spoil", "how": "corrupt"}  what happens to the next reply, see `packet`; {"do": "spoil", "delay": 0.5} holds it back
It ends with its standard input.
"""

import argparse
import asyncio
import json
import sys
import threading

from pymodbus import FramerType
from pymodbus.constants import ExcCodes
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

BLOCKS = {"coil": "c", "discrete_input": "d", "holding_register": "h", "input_register": "i"}
TABLES = {
    1: "coil", 2: "discrete_input", 3: "holding_register", 4: "input_register",
    5: "coil", 6: "holding_register", 15: "coil", 16: "holding_register",
}


class Device:
    def __init__(self, description):
        self.unit = description["unit"]
        self.image = {
            table: {int(address): value for address, value in description["image"].get(table, {}).items()}
            for table in BLOCKS
        }
        self.refused = {table: {} for table in BLOCKS}
        self.log = []
        self.pending = None
        self.spoilt = None
        self.delay = 0
        self.server = None

    def simulated(self):
        """The image as pymodbus takes it: addresses in between are refused in `act`."""
        blocks = []
        for table in BLOCKS:
            values = self.image[table]
            bits = table in ("coil", "discrete_input")
            if not values:
                blocks.append([SimData(0, values=[False] * 16, datatype=DataType.BITS) if bits else SimData(0, datatype=DataType.REGISTERS)])
            elif bits:
                last = max(values)
                blocks.append([SimData(0, values=[bool(values.get(address, 0)) for address in range(last + 1)], datatype=DataType.BITS)])
            else:
                first, last = min(values), max(values)
                blocks.append([SimData(first, values=[values.get(address, 0) for address in range(first, last + 1)], datatype=DataType.REGISTERS)])
        return SimDevice(self.unit, simdata=tuple(blocks), action=self.act)

    def trace(self, sending, pdu):
        if not sending:
            count = pdu.count or max(len(pdu.bits or []), len(pdu.registers or []), 1)
            if pdu.function_code in (5, 6):
                count = 1
            self.pending = (pdu.function_code, pdu.address, count)
            self.log.append(list(self.pending))
        return pdu

    def packet(self, sending, data):
        if not sending or self.spoilt is None:
            return data
        how, self.spoilt = self.spoilt, None
        serial = isinstance(self.server, ModbusSerialServer)
        match how:
            case "missing":
                return b""
            case "corrupt":
                # A bit of the CRC, or of the transaction id.
                place = len(data) - 1 if serial else 1
                return data[:place] + bytes([data[place] ^ 1]) + data[place + 1:]
            case "cut":
                return data[:len(data) // 2]
            case "twice":
                return data + data
            case "noise":
                return b"\xff\x00\x01" + data
            case "another unit":
                place = 0 if serial else 6
                return data[:place] + bytes([data[place] + 1]) + data[place + 1:]
            case "a long header":
                return data[:4] + b"\xff\xff" + data[6:]
        raise ValueError(how)

    async def act(self, function, _start, address, count, _registers, _values):
        delay, self.delay = self.delay, 0
        if delay:
            await asyncio.sleep(delay)
        if self.pending and self.pending[0] == function:
            _, address, count = self.pending
        table = TABLES[function]
        for one in range(address, address + count):
            if one not in self.image[table]:
                return ExcCodes.ILLEGAL_ADDRESS
            if one in self.refused[table]:
                return ExcCodes(self.refused[table][one])
        return None

    def value(self, table, address):
        start, _, registers, _ = self.server.context.devices[self.unit].block[BLOCKS[table]]
        if table in ("coil", "discrete_input"):
            return (registers[address // 16 - start] >> (address % 16)) & 1
        return registers[address - start]

    def put(self, table, address, value):
        start, _, registers, _ = self.server.context.devices[self.unit].block[BLOCKS[table]]
        if table in ("coil", "discrete_input"):
            mask = 1 << (address % 16)
            word = registers[address // 16 - start]
            registers[address // 16 - start] = word | mask if value else word & ~mask
        else:
            registers[address - start] = value

    def do(self, command):
        match command["do"]:
            case "log":
                log, self.log = self.log, []
                return log
            case "memory":
                return {table: {address: self.value(table, address) for address in values} for table, values in self.image.items()}
            case "refuse":
                for address in command["addresses"]:
                    self.refused[command["table"]][address] = command.get("exception", 2)
                return True
            case "set":
                for address, value in command["values"].items():
                    self.put(command["table"], int(address), value)
                return True
            case "spoil":
                self.spoilt, self.delay = command.get("how"), command.get("delay", 0)
                return True
        raise ValueError(command)


async def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rtu", help="serve this serial line instead of TCP on 127.0.0.1")
    arguments = arguments.parse_args()
    device = Device(json.loads(sys.stdin.readline()))
    if arguments.rtu:
        # A pseudo-terminal has no parity, and says so when it is asked for one.
        device.server = ModbusSerialServer(
            device.simulated(), framer=FramerType.RTU, port=arguments.rtu, baudrate=19200, parity="N",
            ignore_missing_devices=True, trace_pdu=device.trace, trace_packet=device.packet,
        )
    else:
        device.server = ModbusTcpServer(device.simulated(), address=("127.0.0.1", 0), trace_pdu=device.trace, trace_packet=device.packet)
    await device.server.serve_forever(background=True)
    ready = {"path": arguments.rtu} if arguments.rtu else {"port": device.server.transport.sockets[0].getsockname()[1]}
    print(json.dumps(ready), flush=True)

    loop = asyncio.get_running_loop()
    lines = asyncio.Queue()

    def read():
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    while (line := await lines.get()) is not None:
        print(json.dumps(device.do(json.loads(line))), flush=True)
    await device.server.shutdown()


asyncio.run(main())
