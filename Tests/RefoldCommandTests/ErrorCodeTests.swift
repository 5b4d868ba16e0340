import Foundation
import RefoldArchive
import RefoldBytes
import RefoldCommand
import RefoldIndex
import RefoldLedger
import RefoldManifest
import RefoldModel
import RefoldPipeline
import Testing

/// The words that monitoring counts by, each with the exit status that a scheduler acts on.
@Suite struct ErrorCodeTests {
    @Test func `every error code is pinned with its exit status`() throws {
        let found = Self.codes.map { "\($0.code) \($0.exit)" }
        let pinned = try String(
            contentsOf: fixtures.appending(path: "error-codes.txt"),
            encoding: .utf8
        )
        #expect(found.joined(separator: "\n") + "\n" == pinned)
        #expect(Set(Self.codes.map(\.code)).count == found.count)
    }

    @Test func `every reject word is pinned, and told by the help of rejects list`() throws {
        let page = HelpPage.ofVerb(RejectsListVerb.declaration)
        for word in RejectWord.allCases { #expect(page.contains("  \(word.rawValue)  ")) }
        let pinned = try String(contentsOf: fixtures.appending(path: "reject-words.txt"), encoding: .utf8)
        #expect(RejectWord.allCases.map(\.rawValue).joined(separator: "\n") + "\n" == pinned)
    }

    private static let codes: [(code: String, exit: Int32)] = {
        func row(_ failure: some Failure) -> (code: String, exit: Int32) {
            (failure.code, ExitStatus(failure.kind).rawValue)
        }
        var rows: [(code: String, exit: Int32)] = []
        rows += ArchiveError.Code.allCases.map { row(ArchiveError($0, "")) }
        rows += CommandError.Code.allCases.map { row(CommandError($0, "")) }
        rows += IndexError.Code.allCases.map { row(IndexError($0, "")) }
        rows += LedgerError.Code.allCases.map { row(LedgerError($0, "")) }
        rows += ModelError.Code.allCases.map { row(ModelError($0, "")) }
        rows += PipelineError.Code.allCases.map { row(PipelineError($0, "")) }
        rows += (ManifestProblem.Code.allCases.map(\.rawValue) + ["manifest.invalid"]).map {
            ($0, ExitStatus(ManifestError([]).kind).rawValue)
        }
        rows += GateName.allCases.map { row(GateFailure(GateResult($0, .failed, ""))) }
        return rows
    }()
}
