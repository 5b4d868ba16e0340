// The bridge to simdjson: no exception and no C++ type leaves this file.
//
// iterate_many reads a batch of lines at the library's full speed, but gives up all of it at one bad line, and does not
// know lines: a value over two lines, or two values on one, are fine for it. So every document must begin where the
// next line that is not blank begins, and there must be as many; if not, the same text is read again line by line.
// On-Demand checks structure where it walks; scalars are its caller's: here every one is walked once.
#include "CSimdJSON.h"

#include <cstring>
#include <new>
#include <simdjson.h>
#include <vector>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

using namespace simdjson;

namespace {

constexpr uint64_t every_byte = 0x0101010101010101;

// The lowest set bit marks the first zero byte.
uint64_t zero_bytes(uint64_t word) { return (word - every_byte) & ~word & every_byte * 0x80; }

// The first quote or backslash at or after `at`; the text is padded and holds a quote before its end.
const uint8_t *find_quote_or_backslash(const uint8_t *at) {
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
    for (;; at += 16) {
        __m128i word = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at));
        __m128i hit = _mm_or_si128(_mm_cmpeq_epi8(word, quote), _mm_cmpeq_epi8(word, backslash));
        if (int mask = _mm_movemask_epi8(hit)) return at + __builtin_ctz(mask);
    }
#else
    for (;; at++) {
        if (*at == '"' || *at == '\\') return at;
    }
#endif
}

int hex_value(uint8_t c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// The four digits of a \u escape, or -1.
int hex_four(const uint8_t *at) {
    int value = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_value(at[i]);
        if (digit < 0) return -1;
        value = value << 4 | digit;
    }
    return value;
}

// Walks one string from behind its opening quote. The text's first pass has checked UTF-8, control characters and that
// the string is closed. Answers its length without quotes, or -1 for a wrong escape.
int64_t walk_string(const uint8_t *start, uint8_t &flags) {
    const uint8_t *at = start;
    for (;;) {
        at = find_quote_or_backslash(at);
        if (*at == '"') return at - start;
        flags |= REFOLD_ESCAPED;
        uint8_t escape = at[1];
        if (escape != 'u') {
            if (!escape || !std::strchr("\"\\/bfnrt", escape)) return -1;
            at += 2;
            continue;
        }
        int unit = hex_four(at + 2);
        if (unit < 0) return -1;
        at += 6;
        if (unit < 0xD800 || unit > 0xDFFF) continue;
        int low = unit < 0xDC00 && at[0] == '\\' && at[1] == 'u' ? hex_four(at + 2) : -1;
        if (low >= 0xDC00 && low <= 0xDFFF) {
            at += 6;
        } else {
            flags |= REFOLD_LONE_SURROGATE;
        }
    }
}

bool is_space(uint8_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Whether the text is one JSON number and nothing else.
bool is_number(const uint8_t *at, const uint8_t *end) {
    auto digits = [&] {
        const uint8_t *from = at;
        while (at < end && *at >= '0' && *at <= '9') at++;
        return at > from;
    };
    if (at < end && *at == '-') at++;
    if (at < end && *at == '0') {
        at++;
    } else if (!digits()) {
        return false;
    }
    if (at < end && *at == '.') {
        at++;
        if (!digits()) return false;
    }
    if (at < end && (*at | 0x20) == 'e') {
        at++;
        if (at < end && (*at == '+' || *at == '-')) at++;
        if (!digits()) return false;
    }
    return at == end;
}

// Whether nothing follows the value that was read: the library then has no place to show.
bool at_end(ondemand::document &document) { return document.current_location().error() == OUT_OF_BOUNDS; }

bool is_word(const uint8_t *text, size_t length, const char *word) {
    return length == std::strlen(word) && std::memcmp(text, word, length) == 0;
}

}  // namespace

struct refold_json_tape {
    ondemand::parser parser;
    std::vector<refold_json_node> nodes;
    std::vector<refold_json_line> lines;
    const uint8_t *text = nullptr;
    uint8_t flags = 0;

    uint32_t offset(const void *at) const { return uint32_t(static_cast<const uint8_t *>(at) - text); }

    size_t push(const uint8_t *at, size_t length, uint8_t kind, uint8_t node_flags) {
        size_t index = nodes.size();
        nodes.push_back({offset(at), uint32_t(length), uint32_t(index + 1), kind, node_flags, 0});
        flags |= node_flags;
        return index;
    }

    bool string(const uint8_t *behind_quote, int64_t &length) {
        uint8_t node_flags = 0;
        length = walk_string(behind_quote, node_flags);
        if (length >= 0) push(behind_quote, size_t(length), REFOLD_STRING, node_flags);
        return length >= 0;
    }

    // One scalar: its token is all of the text up to the next structural character, spaces behind it included.
    bool scalar(std::string_view token) {
        auto at = reinterpret_cast<const uint8_t *>(token.data());
        size_t length = token.size();
        while (length > 0 && is_space(at[length - 1])) length--;
        if (length == 0) return false;
        switch (*at) {
        case '"': {
            int64_t inside;
            return string(at + 1, inside) && size_t(inside) + 2 == length;
        }
        case 't': push(at, length, REFOLD_TRUE, 0); return is_word(at, length, "true");
        case 'f': push(at, length, REFOLD_FALSE, 0); return is_word(at, length, "false");
        case 'n': push(at, length, REFOLD_NULL, 0); return is_word(at, length, "null");
        default: push(at, length, REFOLD_NUMBER, 0); return is_number(at, at + length);
        }
    }

    bool members(ondemand::object &object, int depth) {
        ondemand::object_iterator it, end;
        if (object.begin().get(it) || object.end().get(end)) return false;
        for (; it != end; ++it) {
            ondemand::field field;
            if ((*it).get(field)) return false;
            int64_t length;
            auto name = reinterpret_cast<const uint8_t *>(field.key().raw());
            if (!string(name, length)) return false;
            if (!value(field.value(), depth)) return false;
        }
        return true;
    }

    bool value(ondemand::value item, int depth) {
        ondemand::json_type type;
        if (item.type().get(type)) return false;
        if (type == ondemand::json_type::object) {
            ondemand::object object;
            if (item.get_object().get(object)) return false;
            return container(object, REFOLD_OBJECT, depth);
        }
        if (type == ondemand::json_type::array) {
            ondemand::array array;
            if (item.get_array().get(array)) return false;
            return container(array, REFOLD_ARRAY, depth);
        }
        return scalar(item.raw_json_token());
    }

    bool elements(ondemand::array &array, int depth) {
        ondemand::array_iterator it, end;
        if (array.begin().get(it) || array.end().get(end)) return false;
        for (; it != end; ++it) {
            ondemand::value item;
            if ((*it).get(item)) return false;
            if (!value(item, depth)) return false;
        }
        return true;
    }

    bool inside(ondemand::object &object, int depth) { return members(object, depth); }
    bool inside(ondemand::array &array, int depth) { return elements(array, depth); }

    template <typename Container> bool container(Container &of, uint8_t kind, int depth) {
        if (depth >= REFOLD_JSON_DEPTH) return false;
        size_t index = push(text, 0, kind, 0);
        if (!inside(of, depth + 1)) return false;
        nodes[index].next = uint32_t(nodes.size());
        return true;
    }

    // One document that must be an object beginning at `at`.
    template <typename Document> bool object_line(Document &document, refold_json_line &line) {
        size_t before = nodes.size();
        flags = 0;
        ondemand::object object;
        bool good = !document.get_object().get(object) && container(object, REFOLD_OBJECT, 0);
        line.first_node = uint32_t(before);
        line.flags = flags;
        if (!good) nodes.resize(before);
        return good;
    }

    void split(size_t length) {
        const uint8_t *end = text + length;
        for (const uint8_t *at = text; at < end;) {
            auto feed = static_cast<const uint8_t *>(std::memchr(at, '\n', size_t(end - at)));
            const uint8_t *stop = feed ? feed : end;
            const uint8_t *last = stop > at && stop[-1] == '\r' ? stop - 1 : stop;
            const uint8_t *first = at;
            while (first < last && (*first == ' ' || *first == '\t' || *first == '\r')) first++;
            uint8_t kind = first == last ? REFOLD_LINE_BLANK : REFOLD_LINE_OBJECT;
            lines.push_back({offset(at), uint32_t(last - at), 0, kind, 0, 0});
            at = stop + 1;
        }
    }

    uint32_t first_character(const refold_json_line &line) const {
        uint32_t at = line.start;
        while (is_space(text[at])) at++;
        return at;
    }

    // All lines in one batch; false when any of them is not plainly one object.
    bool read_batch(size_t length) {
        size_t line = 0, count = lines.size();
        ondemand::document_stream stream;
        if (parser.iterate_many(text, length, length).get(stream)) return false;
        auto end = stream.end();
        for (auto it = stream.begin(); it != end; ++it) {
            while (line < count && lines[line].kind == REFOLD_LINE_BLANK) line++;
            if (line == count) return false;
            ondemand::document_reference document;
            if ((*it).get(document)) return false;
            uint32_t begin = uint32_t(it.current_index());
            while (begin < length && is_space(text[begin])) begin++;
            if (begin != first_character(lines[line])) return false;
            if (!object_line(document, lines[line])) return false;
            line++;
        }
        while (line < count && lines[line].kind == REFOLD_LINE_BLANK) line++;
        return line == count && stream.truncated_bytes() == 0;
    }

    void read_line(refold_json_line &line) {
        const uint8_t *at = text + line.start;
        size_t room = line.length + REFOLD_JSON_PADDING;
        ondemand::document document;
        bool good = !parser.iterate(at, line.length, room).get(document) && object_line(document, line) &&
                    at_end(document);
        if (good) return;
        bool utf8 = validate_utf8(reinterpret_cast<const char *>(at), line.length);
        line.kind = utf8 ? REFOLD_LINE_BAD_JSON : REFOLD_LINE_BAD_UTF8;
    }

    void read(size_t length) {
        nodes.clear();
        lines.clear();
        split(length);
        bool anything = false;
        for (const auto &line : lines) anything |= line.kind != REFOLD_LINE_BLANK;
        if (!anything || read_batch(length)) return;
        nodes.clear();
        for (auto &line : lines) {
            if (line.kind != REFOLD_LINE_BLANK) read_line(line);
        }
    }

    // A value of any kind: wrapped by the caller's text as it is, so a scalar is walked without the library's front.
    bool read_value(size_t length) {
        nodes.clear();
        lines.clear();
        size_t begin = 0;
        while (begin < length && is_space(text[begin])) begin++;
        if (begin == length) return false;
        ondemand::document document;
        if (parser.iterate(text, length, length + REFOLD_JSON_PADDING).get(document)) return false;
        ondemand::json_type type;
        if (document.type().get(type)) return false;
        if (type == ondemand::json_type::object) {
            ondemand::object object;
            return !document.get_object().get(object) && container(object, REFOLD_OBJECT, 0) && at_end(document);
        }
        if (type == ondemand::json_type::array) {
            ondemand::array array;
            return !document.get_array().get(array) && container(array, REFOLD_ARRAY, 0) && at_end(document);
        }
        return scalar(std::string_view(reinterpret_cast<const char *>(text + begin), length - begin));
    }
};

refold_json_tape *refold_json_tape_create(void) try {
    auto tape = new refold_json_tape;
#ifdef SIMDJSON_THREADS_ENABLED
    tape->parser.threaded = false;  // else iterate_many starts a hidden thread for each parser
#endif
    return tape;
} catch (const std::bad_alloc &) {
    return nullptr;
}

void refold_json_tape_destroy(refold_json_tape *tape) { delete tape; }

int refold_json_tape_read(refold_json_tape *tape, const uint8_t *text, size_t length) try {
    tape->text = text;
    tape->read(length);
    return 0;
} catch (const std::bad_alloc &) {
    return 1;
}

int refold_json_tape_read_value(refold_json_tape *tape, const uint8_t *text, size_t length) try {
    tape->text = text;
    if (tape->read_value(length)) return 0;
    tape->nodes.clear();
    return validate_utf8(reinterpret_cast<const char *>(text), length) ? 3 : 2;
} catch (const std::bad_alloc &) {
    return 1;
}

const refold_json_line *refold_json_tape_lines(const refold_json_tape *tape, size_t *count) {
    *count = tape->lines.size();
    return tape->lines.data();
}

const refold_json_node *refold_json_tape_nodes(const refold_json_tape *tape, size_t *count) {
    *count = tape->nodes.size();
    return tape->nodes.data();
}

const char *refold_json_library(void) { return "simdjson " SIMDJSON_STRINGIFY(SIMDJSON_VERSION); }
