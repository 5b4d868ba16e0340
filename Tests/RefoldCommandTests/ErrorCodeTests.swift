import Foundation
import RefoldCommand
import RefoldModel
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

    @Test func `every reject word is pinned, and told by the help of rejects list`() throws {
        let page = HelpPage.ofVerb(RejectsListVerb.declaration)
        for word in RejectWord.allCases { #expect(page.contains("  \(word.rawValue)  ")) }
        let pinned = try String(contentsOf: fixtures.appending(path: "reject-words.txt"), encoding: .utf8)
        #expect(RejectWord.allCases.map(\.rawValue).joined(separator: "\n") + "\n" == pinned)
    }
}
