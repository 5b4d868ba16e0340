#include "curl_wire.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

struct refold_wire_loop {
    CURLM *multi;
};

struct refold_transfer {
    CURL *easy;
    struct curl_slist *headers;
    uint8_t *answer;
    size_t length;
    size_t capacity;
    size_t limit;
    int over_limit;
    int code;
    uint64_t tag;
    char error[CURL_ERROR_SIZE];
};

int refold_wire_global_init(void) { return (int)curl_global_init(CURL_GLOBAL_DEFAULT); }

const char *refold_wire_library(void) { return curl_version(); }

refold_wire_loop *refold_wire_loop_create(long connections) {
    refold_wire_loop *loop = calloc(1, sizeof *loop);
    if (!loop) return NULL;
    loop->multi = curl_multi_init();
    if (!loop->multi) {
        free(loop);
        return NULL;
    }
    curl_multi_setopt(loop->multi, CURLMOPT_MAXCONNECTS, connections);
    // HTTP/1.1 only: one request a connection, so that a lost connection has one meaning.
    curl_multi_setopt(loop->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    return loop;
}

void refold_wire_loop_destroy(refold_wire_loop *loop) {
    if (!loop) return;
    curl_multi_cleanup(loop->multi);
    free(loop);
}

void refold_wire_loop_wake(refold_wire_loop *loop) { curl_multi_wakeup(loop->multi); }

int refold_wire_loop_perform(refold_wire_loop *loop) {
    int running = 0;
    return (int)curl_multi_perform(loop->multi, &running);
}

int refold_wire_loop_wait(refold_wire_loop *loop, int milliseconds) {
    return (int)curl_multi_poll(loop->multi, NULL, 0, milliseconds, NULL);
}

refold_transfer *refold_wire_loop_ended(refold_wire_loop *loop) {
    int queued = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(loop->multi, &queued))) {
        if (message->msg != CURLMSG_DONE) continue;
        refold_transfer *transfer = NULL;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        // The message is gone once its handle leaves.
        transfer->code = (int)message->data.result;
        curl_multi_remove_handle(loop->multi, transfer->easy);
        return transfer;
    }
    return NULL;
}

int refold_wire_loop_add(refold_wire_loop *loop, refold_transfer *transfer) {
    return (int)curl_multi_add_handle(loop->multi, transfer->easy);
}

void refold_wire_loop_remove(refold_wire_loop *loop, refold_transfer *transfer) {
    curl_multi_remove_handle(loop->multi, transfer->easy);
}

static size_t take(char *bytes, size_t size, size_t count, void *context) {
    refold_transfer *transfer = context;
    size_t added = size * count;
    if (added > transfer->limit - transfer->length) {
        transfer->over_limit = 1;
        return 0;
    }
    size_t wanted = transfer->length + added;
    if (wanted > transfer->capacity) {
        size_t capacity = transfer->capacity ? transfer->capacity : 4096;
        while (capacity < wanted) capacity *= 2;
        uint8_t *larger = realloc(transfer->answer, capacity);
        if (!larger) return 0;
        transfer->answer = larger;
        transfer->capacity = capacity;
    }
    memcpy(transfer->answer + transfer->length, bytes, added);
    transfer->length = wanted;
    return added;
}

// One option after the other; the first that libcurl refuses makes the whole transfer refused.
#define SET(option, value)                                                                                  \
    do {                                                                                                     \
        if (curl_easy_setopt(easy, option, value) != CURLE_OK) goto refused;                                 \
    } while (0)

refold_transfer *refold_transfer_create(const refold_wire_options *options, const char *method, const char *url,
                                        const uint8_t *body, size_t body_length, long total_milliseconds,
                                        size_t answer_limit) {
    refold_transfer *transfer = calloc(1, sizeof *transfer);
    if (!transfer) return NULL;
    CURL *easy = curl_easy_init();
    transfer->easy = easy;
    transfer->limit = answer_limit;
    if (!easy) goto refused;

    SET(CURLOPT_PRIVATE, (char *)transfer);
    SET(CURLOPT_ERRORBUFFER, transfer->error);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
    SET(CURLOPT_TCP_NODELAY, 1L);
    SET(CURLOPT_ACCEPT_ENCODING, "gzip");
    SET(CURLOPT_UPLOAD_BUFFERSIZE, options->upload_buffer_bytes);
    SET(CURLOPT_BUFFERSIZE, 256L * 1024);
    SET(CURLOPT_CONNECTTIMEOUT_MS, options->connect_milliseconds);
    SET(CURLOPT_TIMEOUT_MS, total_milliseconds);
    SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
    SET(CURLOPT_LOW_SPEED_TIME, options->stall_seconds);
    if (options->is_loopback) SET(CURLOPT_PROXY, "");
    if (options->ca_file) {
        SET(CURLOPT_CAINFO, options->ca_file);
        // Nothing but that file counts.
        SET(CURLOPT_CAPATH, NULL);
    }
    if (options->user) {
        SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        SET(CURLOPT_USERNAME, options->user);
        SET(CURLOPT_PASSWORD, options->password ? options->password : "");
    }
    SET(CURLOPT_URL, url);
    SET(CURLOPT_WRITEFUNCTION, take);
    SET(CURLOPT_WRITEDATA, transfer);
    if (body) {
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body_length);
        SET(CURLOPT_POSTFIELDS, (const char *)body);
        // Else a body over 1 MB waits a second for "100 Continue".
        if (!refold_transfer_add_header(transfer, "Expect:")) goto refused;
    } else if (strcmp(method, "HEAD") == 0) {
        SET(CURLOPT_NOBODY, 1L);
    }
    SET(CURLOPT_CUSTOMREQUEST, method);
    return transfer;

refused:
    refold_transfer_destroy(transfer);
    return NULL;
}

void refold_transfer_destroy(refold_transfer *transfer) {
    if (!transfer) return;
    if (transfer->easy) curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->headers);
    free(transfer->answer);
    free(transfer);
}

int refold_transfer_add_header(refold_transfer *transfer, const char *line) {
    struct curl_slist *longer = curl_slist_append(transfer->headers, line);
    if (!longer) return 0;
    transfer->headers = longer;
    return curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, longer) == CURLE_OK;
}

void refold_transfer_use_own_connection(refold_transfer *transfer) {
    curl_easy_setopt(transfer->easy, CURLOPT_FRESH_CONNECT, 1L);
}

void refold_transfer_set_tag(refold_transfer *transfer, uint64_t tag) { transfer->tag = tag; }

uint64_t refold_transfer_tag(const refold_transfer *transfer) { return transfer->tag; }

int refold_transfer_code(const refold_transfer *transfer) { return transfer->code; }

long refold_transfer_status(const refold_transfer *transfer) {
    long status = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

int refold_transfer_was_sent(const refold_transfer *transfer) {
    long bytes = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_REQUEST_SIZE, &bytes);
    return bytes > 0;
}

int refold_transfer_is_over_limit(const refold_transfer *transfer) { return transfer->over_limit; }

const char *refold_transfer_error(const refold_transfer *transfer) {
    return transfer->error[0] ? transfer->error : curl_easy_strerror((CURLcode)transfer->code);
}

const uint8_t *refold_transfer_answer(const refold_transfer *transfer, size_t *length) {
    *length = transfer->length;
    return transfer->answer;
}

long refold_transfer_retry_after(const refold_transfer *transfer) {
    curl_off_t seconds = 0;
    if (curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &seconds) != CURLE_OK) return -1;
    return seconds > 0 ? (long)seconds : -1;
}

int refold_wire_failure_of(int code) {
    switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST: return refold_wire_failure_resolve;
    case CURLE_COULDNT_CONNECT: return refold_wire_failure_connect;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER: return refold_wire_failure_tls;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR: return refold_wire_failure_certificate;
    case CURLE_SSL_CACERT_BADFILE: return refold_wire_failure_ca_file;
    case CURLE_OPERATION_TIMEDOUT: return refold_wire_failure_timeout;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_HTTP2:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WEIRD_SERVER_REPLY: return refold_wire_failure_lost;
    // The scheme is checked before: what is left is an answer without a status line.
    case CURLE_UNSUPPORTED_PROTOCOL: return refold_wire_failure_protocol;
    case CURLE_URL_MALFORMAT: return refold_wire_failure_url;
    default: return refold_wire_failure_other;
    }
}
