// The bridge to simdjson: no exception and no C++ type leaves this file.
//
// The library's first pass finds, at its full speed, where every token begins, and checks UTF-8, control characters in
// strings and that strings are closed. What it offers on top reads values one at a time for their meaning; here only
// their places are wanted, all of them, so the tokens are walked once in this file and laid on the tape as they come.
// A text whose first pass is good has no line end inside a string, so its lines are independent of each other; when it
// is not, the lines are read one by one, and only bad ones are lost.
#include "CSimdJSON.h"

#include <algorithm>
#include <cstring>
#include <memory>
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

bool is_digit(uint8_t c) { return uint8_t(c - '0') < 10; }

// The end of the JSON number that begins at `at`, or null.
const uint8_t *walk_number(const uint8_t *at) {
    if (*at == '-') at++;
    if (*at == '0') {
        at++;
    } else {
        if (!is_digit(*at)) return nullptr;
        while (is_digit(*at)) at++;
    }
    if (*at == '.') {
        at++;
        if (!is_digit(*at)) return nullptr;
        while (is_digit(*at)) at++;
    }
    if ((*at | 0x20) == 'e') {
        at++;
        if (*at == '+' || *at == '-') at++;
        if (!is_digit(*at)) return nullptr;
        while (is_digit(*at)) at++;
    }
    return at;
}

}  // namespace

struct refold_json_tape {
    std::unique_ptr<internal::dom_parser_implementation> pass;
    std::unique_ptr<refold_json_node[]> nodes;
    size_t node_count = 0, node_capacity = 0;
    std::vector<refold_json_line> lines;
    uint32_t open[REFOLD_JSON_DEPTH];
    const uint8_t *text = nullptr;
    uint8_t flags = 0;

    // Finds the tokens of a part of the text; false when it is bad. Offsets are from the part's begin.
    bool find_tokens(const uint8_t *part, size_t length) {
        if (length == 0) return false;
        if (!pass) {
            const implementation *active = get_active_implementation();
            if (active->create_dom_parser_implementation(length, 1, pass)) throw std::bad_alloc();
        } else if (pass->capacity() < length) {
            if (pass->set_capacity(std::max(length, pass->capacity() * 2))) throw std::bad_alloc();
        }
        return pass->stage1(part, length, stage1_mode::regular) == SUCCESS;
    }

    // Every node begins at a token of its own, so there are never more of them.
    void make_room(size_t more) {
        if (node_count + more <= node_capacity) return;
        size_t wanted = std::max(node_count + more, node_capacity * 2);
        std::unique_ptr<refold_json_node[]> larger(new refold_json_node[wanted]);
        if (node_count) std::memcpy(larger.get(), nodes.get(), node_count * sizeof(refold_json_node));
        nodes = std::move(larger);
        node_capacity = wanted;
    }

    uint32_t push(const uint8_t *at, size_t length, uint8_t kind, uint8_t node_flags) {
        uint32_t index = uint32_t(node_count++);
        nodes[index] = {uint32_t(at - text), uint32_t(length), index + 1, kind, node_flags, 0};
        return index;
    }

    bool string(const uint8_t *quote) {
        uint8_t node_flags = 0;
        int64_t length = walk_string(quote + 1, node_flags);
        if (length < 0) return false;
        push(quote + 1, size_t(length), REFOLD_STRING, node_flags);
        flags |= node_flags;
        return true;
    }

    bool word(const uint8_t *at, const char *word, size_t length, uint8_t kind, const uint8_t *next) {
        if (std::memcmp(at, word, length)) return false;
        push(at, length, kind, 0);
        return only_space(at + length, next);
    }

    static bool only_space(const uint8_t *at, const uint8_t *next) {
        while (at < next && is_space(*at)) at++;
        return at >= next;
    }

    // One scalar, up to the next token: between them stands only space.
    bool scalar(const uint8_t *at, const uint8_t *next) {
        switch (*at) {
        case '"': return string(at);
        case 't': return word(at, "true", 4, REFOLD_TRUE, next);
        case 'f': return word(at, "false", 5, REFOLD_FALSE, next);
        case 'n': return word(at, "null", 4, REFOLD_NULL, next);
        default: {
            const uint8_t *end = walk_number(at);
            if (!end) return false;
            push(at, size_t(end - at), REFOLD_NUMBER, 0);
            return only_space(end, next);
        }
        }
    }

    // Walks one container whose first token is at `token`; all of its tokens lie before `stop`. `token` is then the one
    // behind it. Depth is bounded by the stack of open containers, so deep nesting needs no recursion.
    bool container(const uint8_t *part, const uint32_t *&token, uint32_t stop) {
        auto character = [&](const uint32_t *at) -> uint8_t { return *at < stop ? part[*at] : 0; };
        int depth = 0;
        bool in_object;
    begin:
        if (depth == REFOLD_JSON_DEPTH) return false;
        in_object = part[*token] == '{';
        open[depth++] = push(text, 0, in_object ? REFOLD_OBJECT : REFOLD_ARRAY, 0);
        token++;
        if (character(token) == (in_object ? '}' : ']')) goto end;
    item:
        if (in_object) {
            if (character(token) != '"' || !string(part + *token)) return false;
            if (character(++token) != ':') return false;
            token++;
        }
        switch (character(token)) {
        case 0: return false;
        case '{':
        case '[': goto begin;
        default:
            // The token behind the last of a text is the text's end.
            if (!scalar(part + *token, part + token[1])) return false;
            token++;
        }
    behind:
        if (character(token) == ',') {
            token++;
            goto item;
        }
        if (character(token) != (in_object ? '}' : ']')) return false;
    end:
        token++;
        depth--;
        nodes[open[depth]].next = uint32_t(node_count);
        if (depth == 0) return true;
        in_object = nodes[open[depth - 1]].kind == REFOLD_OBJECT;
        goto behind;
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
            lines.push_back({uint32_t(at - text), uint32_t(last - at), 0, kind, 0, 0});
            at = stop + 1;
        }
    }

    // One line whose first token is at `token`; offsets of tokens are from `part`, and `stop` ends the line.
    void take_line(refold_json_line &line, const uint8_t *part, const uint32_t *&token, uint32_t stop) {
        size_t before = node_count;
        flags = 0;
        bool good = *token < stop && part[*token] == '{' && container(part, token, stop) && *token >= stop;
        line.first_node = uint32_t(before);
        line.flags = flags;
        if (good) return;
        node_count = before;
        bool utf8 = validate_utf8(reinterpret_cast<const char *>(text + line.start), line.length);
        line.kind = utf8 ? REFOLD_LINE_BAD_JSON : REFOLD_LINE_BAD_UTF8;
    }

    void take_line_alone(refold_json_line &line) {
        const uint8_t *part = text + line.start;
        static const uint32_t none = UINT32_MAX;
        const uint32_t *token = &none;
        if (find_tokens(part, line.length)) {
            make_room(pass->n_structural_indexes);
            token = pass->structural_indexes.get();
        }
        take_line(line, part, token, line.length);
    }

    void read(size_t length) {
        node_count = 0;
        lines.clear();
        split(length);
        bool anything = false;
        for (const auto &line : lines) anything |= line.kind != REFOLD_LINE_BLANK;
        if (!anything) return;
        if (!find_tokens(text, length)) {
            for (auto &line : lines) {
                if (line.kind != REFOLD_LINE_BLANK) take_line_alone(line);
            }
            return;
        }
        make_room(pass->n_structural_indexes);
        const uint32_t *token = pass->structural_indexes.get();
        for (auto &line : lines) {
            if (line.kind == REFOLD_LINE_BLANK) continue;
            uint32_t stop = line.start + line.length;
            take_line(line, text, token, stop);
            // The rest of a bad line; the token behind the last is the text's end.
            while (*token < stop) token++;
        }
    }

    // A value of any kind that fills the text.
    bool read_value(size_t length) {
        node_count = 0;
        lines.clear();
        if (!find_tokens(text, length)) return false;
        make_room(pass->n_structural_indexes);
        const uint32_t *token = pass->structural_indexes.get();
        uint8_t first = text[*token];
        if (first == '{' || first == '[') {
            return container(text, token, uint32_t(length)) && *token >= length;
        }
        return scalar(text + *token, text + token[1]) && token[1] >= length;
    }
};

refold_json_tape *refold_json_tape_create(void) try {
    return new refold_json_tape;
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
    tape->node_count = 0;
    return validate_utf8(reinterpret_cast<const char *>(text), length) ? 3 : 2;
} catch (const std::bad_alloc &) {
    return 1;
}

const refold_json_line *refold_json_tape_lines(const refold_json_tape *tape, size_t *count) {
    *count = tape->lines.size();
    return tape->lines.data();
}

const refold_json_node *refold_json_tape_nodes(const refold_json_tape *tape, size_t *count) {
    *count = tape->node_count;
    return tape->nodes.get();
}

const char *refold_json_library(void) { return "simdjson " SIMDJSON_STRINGIFY(SIMDJSON_VERSION); }
