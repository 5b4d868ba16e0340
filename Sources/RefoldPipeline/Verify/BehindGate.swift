import RefoldBytes
import RefoldIndex
import RefoldModel

/// Whether the swap would take readers back in time.
///
/// A document of the serving index is ahead when its version is greater than the one that this run gives the same id
/// (deleted and rejected ids have one too), or when the run does not know its id at all.
struct BehindGate {
    /// What a comparison found.
    struct Ahead: Sendable, Hashable {
        /// Documents looked at.
        var read = 0
        /// Documents whose version is greater.
        var newer = 0
        /// Documents whose id the run does not know.
        var unknown = 0
        /// The greatest difference of versions.
        var greatestLag: Int64 = 0
        /// Ids, the first few.
        var examples: [String] = []

        mutating func note(_ id: ByteString) {
            if examples.count < 10 { examples.append(id.string) }
        }
    }

    let readModel: ReadModelDefinition
    let serving: IndexIdentity
    /// How far its writes had come when it was swapped in; nil: not known, and it is read whole.
    var position: IndexPosition?
    let target: any IndexTarget
    /// Where files may lie while the index is read.
    let folder: String
    let stop: StopSignal

    /// Reads ids and versions of the serving index beside what the run knows.
    func compare(
        _ expected: consuming ExpectedMerge,
        known: Set<ByteString>
    ) async throws(PipelineError) -> Ahead {
        var ahead = Ahead()
        var wanted = try expected.next()
        let documents = IndexedDocuments(
            index: serving,
            target: target,
            position: position,
            withSource: false,
            folder: folder,
            stop: stop
        )
        try await documents.lendEach { (document) throws(PipelineError) in
            ahead.read += 1
            while let one = wanted, one.id < document.id { wanted = try expected.next() }
            if let one = wanted, one.id == document.id {
                guard document.version > one.version else { return }
                ahead.newer += 1
                let (lag, overflow) = document.version.subtractingReportingOverflow(one.version)
                ahead.greatestLag = max(ahead.greatestLag, overflow ? .max : lag)
                ahead.note(document.id)
            } else if !known.contains(document.id) {
                ahead.unknown += 1
                ahead.note(document.id)
            }
        }
        return ahead
    }

    /// What a comparison means.
    func result(_ ahead: Ahead, isAllowed: Bool) -> GateResult {
        guard ahead.newer + ahead.unknown > 0 else {
            return GateResult(.behind, .passed, readModel: readModel.name, "\(serving.name) is not ahead")
        }
        var text =
            "\(serving.name) is ahead: \(grouped(ahead.newer)) newer documents, \(grouped(ahead.unknown)) that the archive does not know"
        if ahead.newer > 0 { text += ", by up to \(lag(ahead.greatestLag))" }
        return GateResult(
            .behind,
            isAllowed ? .reported : .failed,
            readModel: readModel.name,
            text,
            examples: ahead.examples
        )
    }

    /// A Salesforce version is a time in microseconds, nearly; any other is a position.
    private func lag(_ versions: Int64) -> String {
        guard readModel.events == .salesforceCDC else { return "\(grouped(versions)) positions" }
        return "\(grouped(versions / 1_000_000)) s"
    }
}
