// JSON lines to a flat tape of nodes, by simdjson's On-Demand front. The one C++ file behind this header knows nothing
// of events; what the nodes mean is decided in Swift.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Bytes that must be readable behind every text handed in.
#define REFOLD_JSON_PADDING 64
// Containers around a value that are accepted; one more is malformed.
#define REFOLD_JSON_DEPTH 1000

enum {
    REFOLD_NULL = 0,
    REFOLD_FALSE = 1,
    REFOLD_TRUE = 2,
    REFOLD_NUMBER = 3,
    REFOLD_STRING = 4,  // also a member's name, which comes right before its value
    REFOLD_ARRAY = 5,
    REFOLD_OBJECT = 6,
};

enum {
    REFOLD_ESCAPED = 1,         // the string has at least one backslash
    REFOLD_LONE_SURROGATE = 2,  // and at least one \uD800-\uDFFF that is no part of a pair
};

// One value or member name. `next` is the index of the node behind it and all that it contains.
// A string's text stands between its quotes; a container's and a number's text is whole.
typedef struct {
    uint32_t start;
    uint32_t length;
    uint32_t next;
    uint8_t kind;
    uint8_t flags;
    uint16_t reserved;
} refold_json_node;

enum {
    REFOLD_LINE_OBJECT = 0,
    REFOLD_LINE_BLANK = 1,
    REFOLD_LINE_BAD_UTF8 = 2,
    REFOLD_LINE_BAD_JSON = 3,
};

// One line without its end: where its text is, where its nodes are (the first is the object itself), what it is.
typedef struct {
    uint32_t start;
    uint32_t length;
    uint32_t first_node;
    uint8_t kind;
    uint8_t flags;  // union of its strings' flags
    uint16_t reserved;
} refold_json_line;

typedef struct refold_json_tape refold_json_tape;

// Null when memory is out.
refold_json_tape *refold_json_tape_create(void);
void refold_json_tape_destroy(refold_json_tape *tape);

// Reads all lines of a text of less than 4 GiB with REFOLD_JSON_PADDING readable bytes behind it; a last line needs no
// end. Earlier lines and nodes of this tape are forgotten. Answers 0, or 1 when memory is out.
int refold_json_tape_read(refold_json_tape *tape, const uint8_t *text, size_t length);

// Reads one value of any kind that fills the whole text: 0 good, 1 out of memory, 2 bad UTF-8, 3 malformed.
int refold_json_tape_read_value(refold_json_tape *tape, const uint8_t *text, size_t length);

const refold_json_line *refold_json_tape_lines(const refold_json_tape *tape, size_t *count);
const refold_json_node *refold_json_tape_nodes(const refold_json_tape *tape, size_t *count);

// The version of the library behind the tape.
const char *refold_json_library(void);

#ifdef __cplusplus
}
#endif
