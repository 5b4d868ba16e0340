import RefoldBytes
import RefoldModel
import Testing

/// What a line says, in short: entity, kind, order and record ids; or its reject word.
private func reading(_ line: String) -> String {
    var reader = SalesforceReader(NameTable())
    var tape = JSONTape()
    let bytes = Array(line.utf8)
    let padded = bytes + [UInt8](repeating: 0, count: JSONTape.padding)
    return padded.withUnsafeBytes { text in
        tape.withLines(of: UnsafeRawBufferPointer(rebasing: text[..<bytes.count])) { lines, nodes, span in
            guard lines.count == 1, lines[0].kind == .object else { return "no object" }
            do throws(RejectWord) {
                try reader.read(Int(lines[0].firstNode), nodes, in: span, line: lines[0].range)
            } catch {
                return error.rawValue
            }
            let event = reader.event
            let name = event.transactionKey.isEmpty ? "=\(event.identity)" : event.transactionKey.string
            let ids = (0..<event.recordCount).map { event.recordID($0).string }.joined(separator: ",")
            return
                "\(event.entity) \(event.kind.word) \(event.commitTimestamp)/\(event.commitNumber)/\(name)/"
                + "\(event.sequenceNumber) \(ids)"
        }
    }
}

/// A header with these parts in place of the usual ones; an empty text leaves a part out.
private func header(_ parts: KeyValuePairs<String, String> = [:]) -> String {
    var members: [(String, String)] = [
        ("entityName", "\"A\""), ("recordIds", "[\"r\"]"), ("changeType", "\"UPDATE\""),
        ("commitTimestamp", "5"),
        ("commitNumber", "6"), ("sequenceNumber", "7"), ("transactionKey", "\"t\""),
    ]
    for (name, value) in parts {
        members.removeAll { $0.0 == name }
        if !value.isEmpty { members.append((name, value)) }
    }
    return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
}

private let usual = "A UPDATE 5/6/t/7 r"

@Suite struct `Salesforce envelopes` {
    @Test(arguments: [
        "{\"ChangeEventHeader\":%}", "{\"payload\":{\"ChangeEventHeader\":%},\"event\":{\"replayId\":1}}",
        "{\"id\":\"x\",\"payload\":{\"ChangeEventHeader\":%}}",
        "{\"data\":{\"schema\":\"s\",\"payload\":{\"ChangeEventHeader\":%}},\"channel\":\"/data/ChangeEvents\"}",
        "{\"detail\":{\"payload\":{\"ChangeEventHeader\":%}},\"id\":\"x\"}",
        "{\"detail\":{\"ChangeEventHeader\":%}}",
        "{\"pay\\u006coad\":{\"ChangeEvent\\u0048eader\":%}}",
        "{\"payload\":1,\"payload\":{\"ChangeEventHeader\":%}}",
    ])
    func `of every form hold the same event`(form: String) {
        #expect(reading(form.replacingPercent(with: header())) == usual)
    }

    @Test(arguments: [
        ("{}", "no_header"), ("{\"payload\":{}}", "no_header"), ("{\"ChangeEventHeader\":[]}", "no_header"),
        ("{\"ChangeEventHeader\":null}", "no_header"), ("{\"detail\":{}}", "no_header"),
        ("{\"data\":{\"payload\":[]}}", "no_header"), ("{\"Item\":1}", "no_header"),
        ("{\"Item\":[]}", "no_header"),
        ("{\"Item\":{\"data\":{\"S\":\"{\"}}}", "bad_json"),
        ("{\"Item\":{\"data\":{\"S\":\"[]\"}}}", "bad_json"),
        ("{\"Item\":{\"data\":{\"S\":\"{} {}\"}}}", "bad_json"),
        ("{\"Item\":{\"data\":{\"NULL\":true}}}", "no_header"),
        ("{\"Item\":{\"data\":{\"N\":\"1\"}}}", "no_header"),
        ("{\"Item\":{\"data\":{\"X\":\"1\"}}}", "bad_dynamo"), ("{\"Item\":{\"data\":1}}", "bad_dynamo"),
        ("{\"Item\":{\"a\":{\"S\":\"1\",\"N\":\"1\"}}}", "bad_dynamo"),
        ("{\"Item\":{\"a\":{\"N\":1}}}", "bad_dynamo"),
        ("{\"Keys\":{},\"Metadata\":{}}", "no_image"), ("{\"Keys\":{},\"OldImage\":{}}", "no_image"),
    ])
    func `that hold none say why`(line: String, word: String) {
        #expect(reading(line) == word)
    }

    @Test(arguments: [
        "{\"Item\":{\"data\":{\"S\":%}}}", "{\"NewImage\":{\"data\":{\"S\":%}},\"Keys\":{}}",
    ])
    func `of a table's export hold it as text`(form: String) {
        let event = JSONValue.text("{\"payload\":{\"ChangeEventHeader\":\(header())}}").canonical.string
        #expect(reading(form.replacingPercent(with: event)) == usual)
    }

    @Test func `of a table's export hold it as typed values`() {
        let map =
            "{\"M\":{\"entityName\":{\"S\":\"A\"},\"recordIds\":{\"L\":[{\"S\":\"r\"}]},\"changeType\":{\"S\":\"UPDATE\"},"
            + "\"commitTimestamp\":{\"N\":\"5\"},\"commitNumber\":{\"N\":\"6.0\"},\"sequenceNumber\":{\"S\":\"7\"},"
            + "\"transactionKey\":{\"S\":\"t\"}}}"
        #expect(reading("{\"Item\":{\"data\":{\"M\":{\"ChangeEventHeader\":\(map)}}}}") == usual)
        #expect(reading("{\"Item\":{\"ChangeEventHeader\":\(map),\"pk\":{\"S\":\"x\"}}}") == usual)
        #expect(reading("{\"Item\":{\"payload\":{\"M\":{\"ChangeEventHeader\":\(map)}}}}") == usual)
        let ids = map.replacing("{\"L\":[{\"S\":\"r\"}]}", with: "{\"SS\":[\"r\",\"q\"]}")
        #expect(reading("{\"Item\":{\"ChangeEventHeader\":\(ids)}}") == usual + ",q")
    }
}

@Suite struct `Salesforce headers` {
    @Test(arguments: [
        ("5", "5"), ("5.0", "5"), ("5.000", "5"), ("\"5\"", "5"), ("\"5.0\"", "5"), ("\"005\"", "5"),
        ("-0", "0"),
        ("9000000000000", "9000000000000"), ("\"1970-01-01T00:00:01Z\"", "1000"),
        ("\"1970-01-01T00:00\"", "0"), ("\"1970-01-01T01:00:00.1239+01:00\"", "123"),
        ("\"1970-01-01T00:00:00+0000\"", "0"),
    ])
    func `take a timestamp in these forms`(form: String, milliseconds: String) {
        let line = "{\"payload\":{\"ChangeEventHeader\":\(header(["commitTimestamp": form]))}}"
        #expect(reading(line) == "A UPDATE \(milliseconds)/6/t/7 r")
    }

    @Test(arguments: [
        ("5e0", "no_timestamp"), ("5.5", "no_timestamp"), ("\"\"", "no_timestamp"), ("true", "no_timestamp"),
        ("null", "no_timestamp"), ("[5]", "no_timestamp"), ("\"1970-02-30T00:00\"", "no_timestamp"),
        ("\"1970-01-01\"", "no_timestamp"), ("", "no_timestamp"), ("-1", "bad_header"),
        ("9000000000001", "bad_header"),
        ("9223372036854775808", "bad_header"), ("\"1969-12-31T23:59:59Z\"", "bad_header"),
    ])
    func `refuse a timestamp in these`(form: String, word: String) {
        #expect(reading("{\"payload\":{\"ChangeEventHeader\":\(header(["commitTimestamp": form]))}}") == word)
    }

    @Test func `look for a missing timestamp in the envelope's time, then in the body`() {
        let own = header(["commitTimestamp": ""])
        let modified = ",\"LastModifiedDate\":2"
        let time = "\"time\":\"1970-01-01T00:00:00.001Z\""
        #expect(
            reading("{\(time),\"detail\":{\"ChangeEventHeader\":\(own)\(modified)}}") == "A UPDATE 1/6/t/7 r"
        )
        #expect(
            reading("{\"time\":1,\"detail\":{\"ChangeEventHeader\":\(own)\(modified)}}")
                == "A UPDATE 2/6/t/7 r"
        )
        #expect(
            reading("{\(time),\"payload\":{\"ChangeEventHeader\":\(own)\(modified)}}") == "A UPDATE 2/6/t/7 r"
        )
        let iso = ",\"LastModifiedDate\":\"1970-01-01T00:00:00.003+0000\""
        #expect(reading("{\"payload\":{\"ChangeEventHeader\":\(own)\(iso)}}") == "A UPDATE 3/6/t/7 r")
        #expect(
            reading("{\"payload\":{\"ChangeEventHeader\":\(own),\"LastModifiedDate\":-1}}") == "bad_header"
        )
    }

    @Test(arguments: [
        ("entityName", "", "bad_header"), ("entityName", "\"\"", "bad_header"),
        ("entityName", "1", "bad_header"),
        ("recordIds", "", "bad_header"), ("recordIds", "[]", "bad_header"),
        ("recordIds", "\"r\"", "bad_header"),
        ("recordIds", "[\"r\",1]", "bad_header"), ("changeType", "", "bad_header"),
        ("changeType", "\"\"", "bad_header"),
        ("changeType", "5", "bad_header"), ("changeType", "\"update\"", "unknown_change_type"),
        ("commitNumber", "9223372036854775808", "bad_header"),
        ("sequenceNumber", "\"-9223372036854775809\"", "bad_header"),
        ("commitNumber", "1e3", "A UPDATE 5/0/t/7 r"), ("commitNumber", "", "A UPDATE 5/0/t/7 r"),
        ("sequenceNumber", "null", "A UPDATE 5/6/t/0 r"),
        ("sequenceNumber", "-9223372036854775808", "A UPDATE 5/6/t/-9223372036854775808 r"),
        ("changeType", "\"GAP_OVERFLOW\"", "A GAP_OVERFLOW 5/6/t/7 r"),
        ("recordIds", "[\"\"]", "A UPDATE 5/6/t/7 "),
    ])
    func `whose part is missing or ill-typed say so`(part: String, value: String, expected: String) {
        let line = "{\"payload\":{\"ChangeEventHeader\":\(header([part: value]))}}"
        #expect(reading(line) == expected)
    }

    @Test func `without a transaction key are told apart by envelope id, else by the line`() {
        for key in ["", "\"\"", "1", "null"] {
            let own = header(["transactionKey": key])
            let inner = "\"payload\":{\"ChangeEventHeader\":\(own)}"
            #expect(reading("{\"id\":\"x\",\(inner)}") == "A UPDATE 5/6/=x/7 r")
            #expect(reading("{\"id\":\"x\",\"detail\":{\"id\":\"y\",\(inner)}}") == "A UPDATE 5/6/=x/7 r")
            #expect(reading("{\"detail\":{\"id\":\"y\",\(inner)}}") == "A UPDATE 5/6/=y/7 r")
            for line in ["{\"id\":\"\",\(inner)}", "{\"id\":5,\(inner)}", "{\(inner)}"] {
                let hash = SHA256.digest(of: Array(line.utf8)).hex
                #expect(reading(line) == "A UPDATE 5/6/=\(hash)/7 r")
            }
        }
    }

    @Test(arguments: [
        ("0015f00002J9YYE", "0015f00002J9YYEAA3"), ("001ZM000001n4n5", "001ZM000001n4n5YAA"),
        ("0015f00002J9YYEAA3", "0015f00002J9YYEAA3"), ("0015f00002J9YYExxx", "0015f00002J9YYExxx"),
    ])
    func `complete the record ids that are short`(typed: String, whole: String) {
        let id = ByteString(typed)
        #expect(RecordTarget(id.bytes.span, kind: .update) == .aggregate)
        #expect(RecordTarget.fullID(id) == ByteString(whole))
    }

    @Test(arguments: ["000000000000000AAA", "000000000000000", "001*", "*"])
    func `mark the whole entity by these record ids`(typed: String) {
        #expect(RecordTarget(ByteString(typed).bytes.span, kind: .update) == .entityMark)
    }

    @Test(arguments: [
        "", "0", "0015f00002J9YY", "0015f00002J9YYEAA", "0015f00002J9YYEAA3x", "é015f00002J9YYE",
    ])
    func `refuse record ids of other lengths in bytes`(typed: String) {
        #expect(RecordTarget(ByteString(typed).bytes.span, kind: .update) == .reject)
    }
}

extension String {
    fileprivate func replacingPercent(with text: String) -> String { replacing("%", with: text) }
}
