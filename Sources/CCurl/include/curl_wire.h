// Typed functions over libcurl, whose setters are variadic and so out of Swift's reach.
//
// One transfer is one easy handle with its request body, its answer and its limits; a loop is one multi handle.
// Errors come back as CURLcode; texts are UTF-8 and owned by the transfer.
#ifndef REFOLD_CURL_WIRE_H
#define REFOLD_CURL_WIRE_H

#include <stddef.h>
#include <stdint.h>

typedef struct refold_wire_loop refold_wire_loop;
typedef struct refold_transfer refold_transfer;

// How every transfer of one client is made; texts may be null, which means not set.
typedef struct {
    const char *ca_file;            // PEM; null: the system's
    const char *user;               // basic authentication
    const char *password;
    long connect_milliseconds;      // name, connection and TLS together
    long stall_seconds;             // without a byte in either direction
    long upload_buffer_bytes;
    int is_loopback;                // no proxy then, whatever the environment says
} refold_wire_options;

// Once a process; 0 when libcurl is usable.
int refold_wire_global_init(void);
// The version of libcurl with its TLS library.
const char *refold_wire_library(void);

refold_wire_loop *refold_wire_loop_create(long connections);
void refold_wire_loop_destroy(refold_wire_loop *loop);
// Wakes a waiting loop; the one function that another thread may call.
void refold_wire_loop_wake(refold_wire_loop *loop);
// Does what can be done without waiting; 0 or a CURLMcode.
int refold_wire_loop_perform(refold_wire_loop *loop);
// Waits until there is something to do or it is woken, at most that long; 0 or a CURLMcode.
int refold_wire_loop_wait(refold_wire_loop *loop, int milliseconds);
// The next ended transfer, or null; it has left the loop.
refold_transfer *refold_wire_loop_ended(refold_wire_loop *loop);
int refold_wire_loop_add(refold_wire_loop *loop, refold_transfer *transfer);
void refold_wire_loop_remove(refold_wire_loop *loop, refold_transfer *transfer);

// A request; the body is lent and must stay until the transfer is destroyed. Null when memory is short.
refold_transfer *refold_transfer_create(const refold_wire_options *options, const char *method, const char *url,
                                        const uint8_t *body, size_t body_length, long total_milliseconds,
                                        size_t answer_limit);
void refold_transfer_destroy(refold_transfer *transfer);
// `Name: value`; 0 when memory is short.
int refold_transfer_add_header(refold_transfer *transfer, const char *line);
// Never over a connection that was used before: libcurl would repeat the request unasked when that one proves closed.
void refold_transfer_use_own_connection(refold_transfer *transfer);
void refold_transfer_set_tag(refold_transfer *transfer, uint64_t tag);
uint64_t refold_transfer_tag(const refold_transfer *transfer);

// How it ended; valid behind refold_wire_loop_ended.
int refold_transfer_code(const refold_transfer *transfer);
long refold_transfer_status(const refold_transfer *transfer);
// Whether a byte of the request may have left.
int refold_transfer_was_sent(const refold_transfer *transfer);
// Whether the answer was longer than its limit.
int refold_transfer_is_over_limit(const refold_transfer *transfer);
const char *refold_transfer_error(const refold_transfer *transfer);
const uint8_t *refold_transfer_answer(const refold_transfer *transfer, size_t *length);
// The value of the Retry-After header in seconds; negative: none.
long refold_transfer_retry_after(const refold_transfer *transfer);

// What kind of failure a CURLcode is.
enum {
    refold_wire_failure_other = 0,
    refold_wire_failure_resolve,
    refold_wire_failure_connect,
    refold_wire_failure_tls,
    refold_wire_failure_certificate,
    refold_wire_failure_timeout,
    refold_wire_failure_lost,
    refold_wire_failure_url,
    refold_wire_failure_ca_file,
    refold_wire_failure_protocol,
};
int refold_wire_failure_of(int code);

#endif
