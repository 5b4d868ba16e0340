import RefoldBytes
import RefoldModel
import Testing

/// The read model `files` of the fixture `file-history`, on three of its lines.
@Suite struct FileHistoryTests {
    private static let changed: [OrderedStep] =
        [
            ("path", OrderedOperand.path(FieldPath("path"))), ("blob", .path(FieldPath("blob"))),
            ("mode", .path(FieldPath("mode"))), ("lastCommit", .path(FieldPath("commit"))),
            ("lastChanged", .builtIn(.time)),
        ].map { OrderedStep(verb: .set, field: FieldPath($0.0), operand: $0.1) }
        + [OrderedStep(verb: .add, field: FieldPath("changes"), operand: .constant(1))]

    private let fold = OrderedFold(
        OrderedRules(byType: [
            "FileAdded": .apply(changed), "FileModified": .apply(changed), "FileDeleted": .delete,
        ])
    )

    private func events() throws -> [Event] {
        let envelope = try #require(
            GenericEnvelope(
                .fields(
                    FieldsEnvelope(
                        entity: .constant("File"),
                        id: FieldPath("stream"),
                        position: FieldPath("position"),
                        type: FieldPath("type"),
                        time: FieldPath("at"),
                        payload: FieldPath("data")
                    )
                )
            )
        )
        return try Self.lines.map { try envelope.decode(try json($0)).get().event }
    }

    private func document(after count: Int) throws -> String? {
        let folded = fold.fold(try events().prefix(count), version: nil)
        #expect(folded.rejections.isEmpty)
        let projection = try Projection(definition: DocumentDefinition(fields: .all))
        return text(of: projection.project(try #require(folded.snapshot)))
    }

    @Test func `a file that was deleted and added again counts its changes anew`() throws {
        let expected =
            #"{"blob":"936f695c7d38680c9253b1c6267c9a42ced3d6f5","changes":1,"#
            + #""lastChanged":"2026-02-16T20:16:49Z","lastCommit":"0a648364f74768a4b936116d16b7bd9fde1f146f","#
            + #""mode":"100644","path":"pkg/backfill/backfill_test.go"}"#
        #expect(try document(after: 3) == expected)
    }

    @Test func `a deleted file has no document`() throws {
        #expect(try document(after: 1)?.contains(#""changes":1"#) == true)
        #expect(try document(after: 2) == nil)
    }

    private static let lines = [
        #"{"stream":"file/pkg/backfill/backfill_test.go","position":2335,"type":"FileAdded","#
            + #""at":"2025-01-28T07:21:17Z","data":{"path":"pkg/backfill/backfill_test.go","#
            + #""commit":"5e8c6dbf1c245633d92844dfa5aa69bc5c2c9db7","#
            + #""blob":"2fd304575588236aa1fc00f5a633fe140b027e35","mode":"100644"}}"#,
        #"{"stream":"file/pkg/backfill/backfill_test.go","position":2396,"type":"FileDeleted","#
            + #""at":"2025-01-29T07:21:53Z","data":{"path":"pkg/backfill/backfill_test.go","#
            + #""commit":"cf507393ae1d7af283358ec1bce9b86ba6284e32"}}"#,
        #"{"stream":"file/pkg/backfill/backfill_test.go","position":3783,"type":"FileAdded","#
            + #""at":"2026-02-16T20:16:49Z","data":{"path":"pkg/backfill/backfill_test.go","#
            + #""commit":"0a648364f74768a4b936116d16b7bd9fde1f146f","#
            + #""blob":"936f695c7d38680c9253b1c6267c9a42ced3d6f5","mode":"100644"}}"#,
    ]
}
