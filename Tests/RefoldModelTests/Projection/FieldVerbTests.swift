import RefoldBytes
import RefoldModel
import Testing

@Suite struct FieldVerbTests {
    @Test func `a path is copied as it is, whatever it holds`() throws {
        let state =
            #"{"s":"a\"\\\n","n":-1.50e3,"t":true,"l":[1,{"b":2,"a":null}],"o":{"z":1,"a":{}},"z":null}"#
        let names = ["s", "n", "t", "l", "o", "z", "absent", "o.z", "o.absent", "s.x", "l.b"]
        let definitions = names.map { field($0.replacing(".", with: "_"), .path($0)) }
        let definition = DocumentDefinition(fields: .listed(definitions))
        let outcome = try Projection(definition: definition).project(try snapshot(state))
        let expected =
            #"{"l":[1,{"a":null,"b":2}],"n":-1.50e3,"o":{"a":{},"z":1},"o_z":1,"s":"a\"\\\n","t":true}"#
        #expect(text(of: outcome) == expected)
    }

    @Test func `dotted fields nest, in the order of their bytes, and empty objects are left out`() throws {
        let made = try document(
            of: #"{"A":1}"#,
            field("b.y", .path("A")),
            field("b.x.deep", .path("A")),
            field("ä", .path("A")),
            field("a", .path("A")),
            field("none.here", .path("Absent")),
            field("B", .path("A"))
        )
        #expect(made == #"{"B":1,"a":1,"b":{"x":{"deep":1},"y":1},"ä":1}"#)
    }

    @Test(arguments: [["a", "a"], ["a", "a.b"], ["a.b", "a"], ["a.b.c", "a.b"]])
    func `two fields in one place are refused`(_ names: [String]) {
        let definition = DocumentDefinition(fields: .listed(names.map { field($0, .path("A")) }))
        let error = #expect(throws: ModelError.self) { try Projection(definition: definition) }
        #expect(error?.reason == .fieldConflict)
    }

    @Test func `NFC and NFD names stay distinct, as sources and as fields`() throws {
        let made = try document(
            of: "{\"\u{00E9}\":1,\"e\u{0301}\":2}",
            field("\u{00E9}", .path("e\u{0301}")),
            field("e\u{0301}", .path("\u{00E9}"))
        )
        #expect(made.map(ByteString.init) == ByteString("{\"e\u{0301}\":1,\"\u{00E9}\":2}"))
    }

    @Test func `names that need escapes are found and written`() throws {
        #expect(try document(of: #"{"a\"\n":{"\\":7}}"#, field("x\"y", .path("a\"\n.\\"))) == #"{"x\"y":7}"#)
    }

    @Test func `built-ins are sources`() throws {
        let all = BuiltInSource.allCases.map { field(String($0.rawValue.dropFirst()), .from(.builtIn($0))) }
        let outcome = try Projection(definition: DocumentDefinition(fields: .listed(all))).project(
            try snapshot(#"{"A":1}"#)
        )
        let expected =
            #"{"entity":"Account","id":"a1","key":"Account#a1","position":5,"#
            + #""time":"2024-05-01T10:00:00Z","type":"UPDATE","version":7}"#
        #expect(text(of: outcome) == expected)
    }

    @Test func `a constant is written and does not keep an empty aggregate alive`() throws {
        let constant = field("c", .value(["b": false, "a": [nil]]))
        #expect(try document(of: #"{"A":1}"#, constant) == #"{"c":{"a":[null],"b":false}}"#)
        #expect(try document(of: #"{}"#, constant) == nil)
    }

    @Test(arguments: [
        (#"{"F":"Ada","L":"Lovelace"}"#, #"{"t":"Ada Lovelace €"}"#), (#"{"F":"Ada"}"#, nil),
        (#"{"F":"Ada","L":null}"#, nil), (#"{"F":1.50,"L":true}"#, #"{"t":"1.50 true €"}"#),
        (#"{"F":"\"a\"","L":"日本\u0007"}"#, #"{"t":"\"a\" 日本\u0007 €"}"#),
        (#"{"F":"","L":""}"#, #"{"t":"  €"}"#),
        (#"{"F":{"x":1},"L":"b"}"#, "field_conversion"), (#"{"F":[1]}"#, nil),
    ])
    func `a template joins texts, and a missing part gives no field`(
        _ state: String,
        _ result: String?
    ) throws {
        let parts: [FieldDefinition.TemplatePart] = [
            .source(.at("F")), .text(" "), .source(.at("L")), .text(" €"),
        ]
        #expect(try document(of: state, field("t", .template(parts))) == result)
    }

    /// MANIFESTS' own example: a person account's name is an object, another's a text.
    @Test(arguments: [
        (#"{"Name":"Acme"}"#, #"{"name":"Acme"}"#),
        (#"{"Name":{"FirstName":"Ada","LastName":"Lovelace"}}"#, #"{"name":"Ada Lovelace"}"#),
        (#"{"Name":{"LastName":"Lovelace"}}"#, "field_conversion"), (#"{"X":1}"#, nil),
    ])
    func `first passes over what does not convert, and its failure counts when nothing else is there`(
        _ state: String,
        _ result: String?
    ) throws {
        let template: [FieldDefinition.TemplatePart] = [
            .source(.at("Name.FirstName")), .text(" "), .source(.at("Name.LastName")),
        ]
        let name = field(
            "name",
            .first([field("", .path("Name"), type: .string), field("", .template(template))])
        )
        #expect(try document(of: state, name) == result)
    }

    @Test func `what follows first acts on what it gave`() throws {
        let codes = field(
            "c",
            .first([field("", .path("A")), field("", .path("B"), default: "x;y")]),
            split: ";",
            map: [("x", 1), ("y", 2)],
            type: .string
        )
        #expect(try document(of: #"{"A":"y"}"#, codes) == #"{"c":["2"]}"#)
        #expect(try document(of: #"{"Z":0}"#, codes) == #"{"c":["1","2"]}"#)
    }

    @Test(arguments: [
        (#""a;b""#, #"{"l":["a","b"]}"#), (#"";a;;b;""#, #"{"l":["a","b"]}"#), (#""a""#, #"{"l":["a"]}"#),
        (#""""#, nil), (#"";;""#, nil), (#""a b;\"c\";ü""#, #"{"l":["a b","\"c\"","ü"]}"#),
        (#"["a;b"]"#, #"{"l":["a;b"]}"#),
        ("5", "field_conversion"), ("null", nil),
    ])
    func `split makes a list of the parts that are not empty`(_ value: String, _ result: String?) throws {
        #expect(try document(of: #"{"V":\#(value),"X":1}"#, field("l", .path("V"), split: ";")) == result)
    }

    @Test func `a separator may be longer than a byte, and overlaps are cut from the left`() throws {
        #expect(
            try document(of: #"{"V":"a--b---c"}"#, field("l", .path("V"), split: "--"))
                == #"{"l":["a","b","-c"]}"#
        )
    }

    @Test func `an empty split takes the default`() throws {
        #expect(
            try document(of: #"{"V":""}"#, field("l", .path("V"), split: ";", default: [])) == #"{"l":[]}"#
        )
    }

    @Test(arguments: [
        (FieldDefinition.Unmapped.keep, #""b""#, #"{"m":"b"}"#), (.default, #""b""#, #"{"m":"d"}"#),
        (.null, #""b""#, #"{"m":null}"#), (.reject, #""b""#, "unmapped_value"),
        (.reject, #""1""#, #"{"m":"one"}"#),
        (.keep, "1", #"{"m":"one"}"#), (.keep, "true", #"{"m":"yes"}"#), (.keep, "1.0", #"{"m":1.0}"#),
        (.keep, #"["1","b",[true]]"#, #"{"m":["one","b",["yes"]]}"#),
        (.default, #"["1","b"]"#, #"{"m":["one","d"]}"#),
        (.null, #"["b",null]"#, #"{"m":[null,null]}"#), (.reject, #"{"a":1}"#, "unmapped_value"),
        (.keep, #""gone""#, #"{"m":null}"#), (.reject, "[]", #"{"m":[]}"#),
    ])
    func `map replaces scalars by their text, each element of a list by itself`(
        _ unmapped: FieldDefinition.Unmapped,
        _ value: String,
        _ result: String
    ) throws {
        let mapped = field(
            "m",
            .path("V"),
            map: [("1", "one"), (true, "yes"), ("gone", nil)],
            unmapped: unmapped,
            default: "d"
        )
        #expect(try document(of: #"{"V":\#(value)}"#, mapped) == result)
    }

    @Test func `unmapped default without a default leaves the element out`() throws {
        let mapped = field("m", .path("V"), map: [("a", 1)], unmapped: .default)
        #expect(try document(of: #"{"V":["a","b"]}"#, mapped) == #"{"m":[1]}"#)
        #expect(try document(of: #"{"V":["b"]}"#, mapped) == nil)
        #expect(try document(of: #"{"V":"b"}"#, mapped) == nil)
    }

    @Test func `the default is for an absent value only`() throws {
        let withDefault = field("d", .path("V"), type: .long, default: "none")
        #expect(try document(of: #"{"X":1}"#, withDefault) == #"{"d":"none"}"#)
        #expect(try document(of: #"{"V":null,"X":1}"#, withDefault) == #"{"d":"none"}"#)
        #expect(try document(of: #"{"V":0}"#, withDefault) == #"{"d":0}"#)
        #expect(try document(of: #"{"V":"x"}"#, withDefault) == "field_conversion")
    }

    @Test func `onError null writes null for what does not convert, in a list for that element alone`() throws
    {
        let lenient = field("d", .path("V"), type: .long, onError: .null)
        #expect(try document(of: #"{"V":"x"}"#, lenient) == #"{"d":null}"#)
        #expect(try document(of: #"{"V":[1,"x","2"]}"#, lenient) == #"{"d":[1,null,2]}"#)
        #expect(
            try document(of: #"{"V":7,"X":1}"#, field("d", .path("V"), split: ";", onError: .null))
                == #"{"d":null}"#
        )
    }

    @Test func `a reject names the field and the kind of the value, never the value`() throws {
        let definition = DocumentDefinition(fields: .listed([field("a.b", .path("V"), type: .long)]))
        let outcome = try Projection(definition: definition).project(try snapshot(#"{"V":"secret"}"#))
        #expect(
            outcome
                == .reject(
                    why: "field_conversion",
                    detail: "field a.b: long takes no such text",
                    field: "a.b"
                )
        )
    }

    @Test func `lookup and collect are refused as not built, with the field's name`() {
        let lookup = LookupDefinition(entity: "User", by: FieldPath("OwnerId"), take: .source(.at("Name")))
        let collect = CollectDefinition(
            entity: "Project__c",
            by: FieldPath("Account__c"),
            where: [],
            orderBy: nil,
            limit: nil,
            result: .count
        )
        for source in [
            FieldDefinition.Source.lookup(lookup), .collect(collect), .first([field("", .lookup(lookup))]),
        ] {
            let definition = DocumentDefinition(fields: .listed([field("owner", source)]))
            let error = #expect(throws: ModelError.self) { try Projection(definition: definition) }
            #expect(error?.reason == .notBuilt)
            #expect(error?.place == "document field owner")
        }
    }
}
