import Foundation
import RefoldCommand
import RefoldModel
import RefoldPipeline
import Testing

/// The words that monitoring counts by, each with the exit status that a scheduler acts on.
@Suite struct ErrorCodeTests {
    @Test func `every error code is pinned with its exit status, and stands in the reference`() throws {
        let found = KnownCode.all.map { "\($0.code) \($0.status.rawValue)" }
        let pinned = try String(
            contentsOf: fixtures.appending(path: "error-codes.txt"),
            encoding: .utf8
        )
        #expect(found.joined(separator: "\n") + "\n" == pinned)
        #expect(Set(KnownCode.all.map(\.code)).count == found.count)
        let reference = MarkdownReference.text()
        for known in KnownCode.all { #expect(reference.contains("`\(known.code)`")) }
    }

    @Test(arguments: GateName.allCases)
    func `every gate that fails says what to do, and whether rejects come first`(gate: GateName) {
        let failed = GateResult(gate, .failed, "found")
        let rejects = GateResult(.rejects, .failed, "8 rejects")
        #expect(GateFailure(failed).fix?.isEmpty == false)
        #expect(GateFailure(failed).cause == nil)
        guard gate != .rejects else { return }
        let both = GateFailure(failed, among: [failed, rejects, GateResult(.count, .passed, "5")])
        #expect(
            (both.fix?.hasPrefix("look at the rejects first") == true)
                == [.canary, .share, .behind].contains(gate)
        )
        #expect(both.cause == "also failed: rejects: 8 rejects")
    }

    @Test func `every reject word is pinned, and told by the help of rejects list`() throws {
        let page = HelpPage.ofVerb(RejectsListVerb.declaration)
        for word in RejectWord.allCases { #expect(page.contains("  \(word.rawValue)  ")) }
        let pinned = try String(contentsOf: fixtures.appending(path: "reject-words.txt"), encoding: .utf8)
        #expect(RejectWord.allCases.map(\.rawValue).joined(separator: "\n") + "\n" == pinned)
    }
}
