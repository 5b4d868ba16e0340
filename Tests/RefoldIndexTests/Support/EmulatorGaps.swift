import RefoldTestKit
import Testing

/// The cases of the conformance suite that an emulator does not model; all others it runs.
enum EmulatorGaps {
    /// The test's name and why, by emulator.
    static let all: [NodeKind: [String: String]] = [
        .osmem: [
            "values are taken and refused as the engines do":
                "it knows no limit for a term, and ends the connection at some values",
            "settings for loading are restored while settling": "it leaves out settings that are the default",
            "exactly the documents written since are read": "it has no _seq_no to search by",
            "an index without one of its shards is unavailable, never smaller":
                "its index shards are always there",
        ],
        .noida: [
            "a definition that cannot be is refused and leaves nothing": "it takes nearly every definition",
            "values are taken and refused as the engines do": "it knows few limits of values",
            "unknown fields are refused under strict and kept in the source otherwise":
                "it takes a field of metadata and values for an alias field",
            "queries find what the engines find":
                "it has no alias fields and takes broken queries for match_all",
            "one bad document never costs its neighbours": "it takes malformed lines for none at all",
            "a deletion keeps its version": "it forgets a version with its document",
            "a source comes back byte for byte": "it rewrites numbers",
            "settings for loading are restored while settling": "it leaves out settings that are the default",
            "exactly the documents written since are read": "it has no _seq_no to search by",
            "a block on writing is named, and reading goes on": "it lets metadata change under a block",
            "an index without one of its shards is unavailable, never smaller":
                "its index shards are always there",
        ],
    ]

    /// Tells how many are left out for an emulator.
    static func tell(_ kind: NodeKind) throws {
        guard let gaps = all[kind] else { return }
        try LeftOut.tell("\(gaps.count) cases of the conformance suite that \(kind) does not model")
    }

    /// Cancels the test that runs when the node is an emulator that does not model it.
    static func leaveOut(_ kind: NodeKind) throws {
        guard let gaps = all[kind], let test = Test.current else { return }
        let name = (test.displayName ?? test.name).filter { $0 != "`" }
        let bare = name.hasSuffix(")") ? String(name.prefix { $0 != "(" }) : name
        if let why = gaps[bare] { try Test.cancel("\(kind): \(why)") }
    }
}
