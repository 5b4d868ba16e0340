import RefoldBytes
import RefoldModel
import Testing

@Suite struct ProjectionTests {
    private let whole = DocumentDefinition(fields: .all)

    @Test func `a star gives the state's own bytes`() throws {
        let state = try snapshot(#"{"b":[1,{"z":1.00}],"a":"ü\u0001"}"#)
        #expect(try Projection(definition: whole).project(state) == .document(source: state.fields))
    }

    @Test func `a star with a condition gives the state's own bytes where it holds`() throws {
        let condition = Condition(source: .at("Type"), tests: [.not("Test")])
        let projection = try Projection(definition: DocumentDefinition(where: [condition], fields: .all))
        let state = try snapshot(#"{"Type":"Prod"}"#)
        #expect(projection.project(state) == .document(source: state.fields))
        #expect(projection.project(try snapshot(#"{"Type":"Test"}"#)) == .absent(.outsideWhere))
    }

    @Test func `deleted and empty aggregates and empty documents are absent, each for its reason`() throws {
        let projection = try Projection(definition: whole)
        #expect(projection.project(try snapshot(#"{"a":1}"#, state: .deleted)) == .absent(.deleted))
        #expect(projection.project(try snapshot("{}")) == .absent(.empty))
        #expect(try document(of: #"{"a":1}"#, field("x", .path("b"))) == nil)
    }

    @Test(arguments: [(512, true), (513, false)])
    func `an id is taken up to 512 bytes`(_ length: Int, _ isTaken: Bool) throws {
        let id = String(repeating: "ü", count: length / 2) + String(repeating: "x", count: length % 2)
        let outcome = try Projection(definition: whole).project(try snapshot(#"{"a":1}"#, id: id))
        #expect(text(of: outcome) == (isTaken ? #"{"a":1}"# : "id_too_long"))
    }

    @Test func `the key as id counts with its entity`() throws {
        let projection = try Projection(definition: DocumentDefinition(id: .key, fields: .all))
        let state = try snapshot(#"{"a":1}"#, id: String(repeating: "x", count: 505))
        #expect(projection.documentID(of: state).count == 513)
        #expect(text(of: projection.project(state)) == "id_too_long")
        #expect(try Projection(definition: whole).documentID(of: state) == state.id)
    }

    @Test func `a long id of an aggregate without document is no reject`() throws {
        let projection = try Projection(definition: whole)
        #expect(
            projection.project(try snapshot("{}", id: String(repeating: "x", count: 600))) == .absent(.empty)
        )
    }

    @Test func `a document over the limit is refused with its size`() throws {
        let projection = try Projection(definition: whole, maximumDocumentBytes: 8)
        #expect(text(of: projection.project(try snapshot(#"{"a":12}"#))) == #"{"a":12}"#)
        let outcome = projection.project(try snapshot(#"{"a":123}"#))
        #expect(
            outcome == .reject(why: "document_too_large", detail: "the document has 9 bytes, more than 8")
        )
    }

    @Test func `source paths are those of fields, alternatives, templates and conditions, each once`() throws
    {
        let template: [FieldDefinition.TemplatePart] = [.source(.at("N.First")), .source(.builtIn(.id))]
        let definition = DocumentDefinition(
            where: [Condition(source: .at("Type"), tests: [.exists(true)])],
            fields: .listed([
                field("a", .path("A")), field("b", .first([field("", .path("A")), field("", .path("B.C"))])),
                field("c", .template(template)), field("d", .value(1)), field("e", .path("B")),
            ])
        )
        let projection = try Projection(definition: definition)
        #expect(projection.sourcePaths.map(\.dotted) == ["Type", "A", "B.C", "N.First", "B"])
        #expect(
            projection.presence(in: try snapshot(#"{"B":{"C":null},"A":0}"#)) == [
                false, true, true, false, true,
            ]
        )
    }

    @Test func `a thousand levels are copied`() throws {
        let deep = String(repeating: #"{"a":["#, count: 499) + "1" + String(repeating: "]}", count: 499)
        #expect(try document(of: #"{"V":\#(deep)}"#, field("d", .path("V"))) == #"{"d":\#(deep)}"#)
        let list = String(repeating: "[", count: 900) + "1.0" + String(repeating: "]", count: 900)
        let converted = list.replacing("1.0", with: "1")
        #expect(
            try document(of: #"{"V":\#(list)}"#, field("d", .path("V"), type: .long))
                == #"{"d":\#(converted)}"#
        )
    }

    @Test(arguments: [
        "{", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":\"\\", "{\"a\":[", "{\"a\":{\"b\":", "[1,2", "nonsense",
        "{\"a\":]}",
    ])
    func `a state that is cut or no object never traps`(_ fields: String) throws {
        var state = try snapshot("{}")
        state.fields = ByteString(fields)
        let definitions = [
            field("a", .path("a"), split: ";", map: [("x", 1)], type: .string), field("b", .path("a.b")),
        ]
        let projection = try Projection(definition: DocumentDefinition(fields: .listed(definitions)))
        if case .document(let source) = projection.project(state) {
            #expect(source.bytes.first == UInt8(ascii: "{"))
        }
    }
}
