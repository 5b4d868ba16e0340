import RefoldTestKit
import Testing

/// The cases of the conformance suite that an emulator does not model; all others it runs.
enum EmulatorGaps {
    /// The test's name and why, by emulator.
    static let all: [NodeKind: [String: String]] = [:]

    /// Cancels the test that runs when the node is an emulator that does not model it.
    static func leaveOut(_ kind: NodeKind) throws {
        guard let gaps = all[kind], let test = Test.current else { return }
        let name = (test.displayName ?? test.name).filter { $0 != "`" }
        let bare = name.hasSuffix(")") ? String(name.prefix { $0 != "(" }) : name
        if let why = gaps[bare] { try Test.cancel("\(kind): \(why)") }
    }
}
