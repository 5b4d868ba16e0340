import RefoldBytes
import RefoldLedger

/// One reject of a run, with its number in the list.
package struct ListedReject: Sendable, Hashable {
    /// Its number, from 1.
    package var number: Int
    /// The reject.
    package var reject: Reject
    /// The note with which it was accepted; nil: it was not.
    package var accepted: String?
}

extension RunDossier {
    /// The rejects of the run, numbered in a fixed order.
    package func rejects() async throws(PipelineError) -> [ListedReject] {
        let records: [RejectRecord]
        do { records = try await ledger.rejects(of: record.id) } catch { throw PipelineError(error) }
        let accepted = try AcceptedRejects(file: acceptedFile)
        return records.enumerated().map { place, record in
            let reject = Reject(record)
            return ListedReject(
                number: place + 1,
                reject: reject,
                accepted: accepted.note(for: reject) ?? record.accepted
            )
        }
    }

    /// Accepts rejects by their numbers (none: all), with a note, in the job's file and in the ledger.
    ///
    /// Throws `pipeline.unknown` for a number that the list does not have, `pipeline.refused` when the job names no
    /// file.
    package func accept(_ numbers: [Int], note: String) async throws(PipelineError) -> [ListedReject] {
        guard let acceptedFile else {
            throw PipelineError(
                .refused,
                "the job names no file of accepted rejects",
                place: jobFile,
                fix:
                    "write `rejects: { accepted: accepted-rejects.ndjson }` into it, then type the same command"
            )
        }
        let all = try await rejects()
        for number in numbers where !all.contains(where: { $0.number == number }) {
            throw PipelineError(
                .unknown,
                "run \(record.id) has no reject \(number)",
                cause: "it has \(all.count)",
                fix: "`refold rejects list` shows their numbers"
            )
        }
        let chosen = all.filter { (numbers.isEmpty || numbers.contains($0.number)) && $0.accepted == nil }
        try AcceptedRejects.append(
            chosen.map { AcceptedRejects.Entry($0.reject, note: note) },
            to: acceptedFile
        )
        do throws(LedgerError) {
            let records = try await ledger.rejects(of: record.id)
            let accepted = chosen.compactMap { $0.number <= records.count ? records[$0.number - 1] : nil }
            try await ledger.accept(accepted, note: note, of: record.id)
        } catch { throw PipelineError(error) }
        return chosen.map {
            var listed = $0
            listed.accepted = note
            return listed
        }
    }
}
