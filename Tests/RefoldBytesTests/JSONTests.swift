import RefoldBytes
import Testing

@Suite struct `JSON text` {
    @Test(arguments: [
        (#"{"b":1,"a":{"d":[1, 2.50 ,1e400],"c":null}}"#, #"{"a":{"c":null,"d":[1,2.50,1e400]},"b":1}"#),
        (#"{"a":1,"b":2,"a":3}"#, #"{"a":3,"b":2}"#),
        (#"{"\u0061":1,"a":2}"#, #"{"a":2}"#),
        (#""\u00e9\/\u2028\u0000\u001f\n\"\\""#, "\"é/\u{2028}\\u0000\\u001f\\n\\\"\\\\\""),
        (#""\ud83d\ude00 \ud83d \ude00x""#, "\"\u{1F600} \u{FFFD} \u{FFFD}x\""),
        ("  true ", "true"), ("-0.0", "-0.0"), ("\"\"", "\"\""), ("[]", "[]"), ("{ }", "{}"),
        (#"{"e\u0301":1,"\u00e9":2}"#, "{\"e\u{301}\":1,\"\u{e9}\":2}"),
    ])
    func `a value's canonical form sorts names, keeps number text and escapes little`(
        text: String,
        canonical: String
    ) throws {
        let value = try JSONValue(parsing: ByteString(text))
        #expect(value.canonical == ByteString(canonical))
        #expect(try JSONValue(parsing: value.canonical) == value)
    }

    @Test(arguments: [
        "", "  ", "{", "{}{}", "{} x", "[1,]", "{\"a\":}", "{\"a\" 1}", "01", "1.", "+1", ".5", "1e", "NaN",
        "Infinity", "tru",
        "truex", "\"\\x\"", "\"\\u12g4\"", "\"\\u123\"", "\"a\nb\"", "'a'", "[1 2]", "{\"a\":1,}", "nul", "-",
        "\"open",
    ])
    func `what is not one JSON value is refused`(text: String) {
        #expect(throws: JSONError.badJSON) { try JSONValue(parsing: ByteString(text)) }
    }

    @Test func `a thousand containers are accepted, one more is not`() throws {
        let deep = { (depth: Int) in
            ByteString(String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
        }
        #expect(try JSONValue(parsing: deep(1000)).canonical == deep(1000))
        #expect(throws: JSONError.badJSON) { try JSONValue(parsing: deep(1001)) }
    }

    @Test func `bytes that are not UTF-8 have a word of their own`() {
        #expect(throws: JSONError.badUTF8) { try JSONValue(parsing: ByteString([0x22, 0xFF, 0x22])) }
    }

    @Test func `lines are told apart, and a bad one costs no neighbour`() {
        let text = [
            "{\"a\":1}", "", " \t\r", "{\"a\":", "2}", "{\"b\":\"x", "{} {}", "{\"c\":\"\\ud800\"}\r", "[1]",
            "{\"d\":3}",
        ].joined(separator: "\n")
        let kinds = lines(of: text)
        #expect(
            kinds == [
                "object", "blank", "blank", "badJSON", "badJSON", "badJSON", "badJSON", "object lone",
                "badJSON", "object",
            ]
        )
        #expect(lines(of: "{\"a\":\n1}\n{\"b\":2}\n") == ["badJSON", "badJSON", "object"])
        #expect(lines(of: "{\"a\":1}\n{\"b\":2}\n\n") == ["object", "object", "blank"])
        #expect(lines(of: "\n\n") == ["blank", "blank"])
    }

    private func lines(of text: String) -> [String] {
        var tape = JSONTape()
        let bytes = Array(text.utf8) + [UInt8](repeating: 0, count: JSONTape.padding)
        return bytes.withUnsafeBytes { buffer in
            tape.withLines(of: UnsafeRawBufferPointer(rebasing: buffer[..<text.utf8.count])) {
                lines,
                nodes,
                _ in
                var kinds: [String] = []
                for index in lines.indices {
                    let line = lines[index]
                    kinds.append("\(line.kind)\(line.hasLoneSurrogate ? " lone" : "")")
                    if line.kind == .object { #expect(nodes[Int(line.firstNode)].kind == .object) }
                }
                return kinds
            }
        }
    }
}

@Suite struct `The tape's mirrors` {
    @Test func `node and line have the layout of the C structs`() {
        #expect(MemoryLayout<JSONNode>.size == 16 && MemoryLayout<JSONLine>.size == 16)
        #expect(MemoryLayout<JSONNode>.offset(of: \.rawKind) == 12)
        #expect(MemoryLayout<JSONLine>.offset(of: \.firstNode) == 8)
    }
}
