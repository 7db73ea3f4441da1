/* A device played by libmodbus: `tcp` on a free port of 127.0.0.1, which is printed, or `rtu PATH` as unit 1.
 *
 * Coil and input n hold n % 2, input register n holds n, holding register n holds n + 1000, for n below 200; other
 * addresses answer exception 2.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <modbus.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define COUNT 200

int main(int argc, char **argv) {
    int tcp = argc == 2 && strcmp(argv[1], "tcp") == 0;
    if (!tcp && argc != 3) {
        fprintf(stderr, "usage: %s tcp | rtu PATH\n", argv[0]);
        return 2;
    }
    /* A pseudo-terminal has no parity. */
    modbus_t *context = tcp ? modbus_new_tcp("127.0.0.1", 0) : modbus_new_rtu(argv[2], 19200, 'N', 8, 1);
    modbus_mapping_t *map = modbus_mapping_new(COUNT, COUNT, COUNT, COUNT);
    for (int n = 0; n < COUNT; n++) {
        map->tab_bits[n] = map->tab_input_bits[n] = n % 2;
        map->tab_input_registers[n] = n;
        map->tab_registers[n] = n + 1000;
    }
    int listener = -1;
    if (tcp) {
        struct sockaddr_in address;
        socklen_t length = sizeof address;
        listener = modbus_tcp_listen(context, 1);
        if (listener < 0 || getsockname(listener, (struct sockaddr *)&address, &length) < 0) {
            return 1;
        }
        printf("%d\n", ntohs(address.sin_port));
    } else {
        modbus_set_slave(context, 1);
        if (modbus_connect(context) < 0) {
            fprintf(stderr, "%s\n", modbus_strerror(errno));
            return 1;
        }
        printf("ready\n");
    }
    fflush(stdout);
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
    do {
        if (tcp && modbus_tcp_accept(context, &listener) < 0) {
            return 1;
        }
        for (;;) {
            int length = modbus_receive(context, query);
            if (length < 0) {
                break;
            }
            if (length > 0) {
                modbus_reply(context, query, length, map);
            }
        }
    } while (tcp);
    return 0;
}
