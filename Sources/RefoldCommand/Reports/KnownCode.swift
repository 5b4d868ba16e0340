import RefoldArchive
import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldManifest
import RefoldModel
import RefoldPipeline

/// A fixed word that a failure may carry, and how the command ends then.
package struct KnownCode: Sendable, Hashable {
    /// The word, as it stands in brackets behind a message.
    package let code: String
    /// How the command ends.
    package let status: ExitStatus

    /// Every word of every room, those of the gates last.
    ///
    /// SQLite's own words are not among them: ledger and target say what they mean there.
    package static let all: [KnownCode] =
        ArchiveError.Code.allCases.map { KnownCode(ArchiveError($0, "")) }
        + CommandError.Code.allCases.map { KnownCode(CommandError($0, "")) }
        + IndexError.Code.allCases.map { KnownCode(IndexError($0, "")) }
        + LedgerError.Code.allCases.map { KnownCode(LedgerError($0, "")) }
        + ManifestProblem.Code.allCases.map { KnownCode(code: $0.rawValue, status: .usage) }
        + [KnownCode(code: ManifestError([]).code, status: .usage)]
        + ModelError.Code.allCases.map { KnownCode(ModelError($0, "")) }
        + PipelineError.Code.allCases.map { KnownCode(PipelineError($0, "")) }
        + GateName.allCases.map { KnownCode(GateFailure(GateResult($0, .failed, ""))) }

    private init(_ failure: some Failure) {
        self.init(code: failure.code, status: ExitStatus(failure.kind))
    }

    private init(code: String, status: ExitStatus) {
        self.code = code
        self.status = status
    }
}
