package import RefoldBytes

/// What a run did and how it stands: the text and the JSON of `run` say the same from this one value.
package struct RunReport: Sendable, Hashable {
    /// One alias that moved, or will.
    package struct AliasMove: Sendable, Hashable {
        /// The alias.
        package var alias: String
        /// Where it pointed; nil: it did not exist.
        package var from: String?
        /// Where it points, or shall.
        package var to: String
    }
    /// One read model.
    package struct ReadModelReport: Sendable, Hashable {
        /// Its name.
        package var name: String
        /// Its version.
        package var version: Int
        /// The index that was made.
        package var index: String
        /// Record ids.
        package var records: RecordCounts
        /// Documents.
        package var documents: DocumentSums
        /// Aliases.
        package var aliases: [AliasMove]
        /// What is not as the definition wants it.
        package var remarks: [String]
        /// Rejected record ids that somebody accepted.
        package var acceptedRecords = 0
        /// Rejected documents that somebody accepted.
        package var acceptedDocuments = 0
    }
    /// The run.
    package var run: String
    /// The job.
    package var job: String
    /// How it stands.
    package var outcome: RunOutcome
    /// Why it is no success; nil: it is.
    package var failure: FailureKind?
    /// When it began, ISO 8601 UTC.
    package var startedAt: String
    /// Milliseconds of work, over all attempts.
    package var tookMilliseconds: Int64
    /// Milliseconds since it began, pauses between attempts included.
    package var elapsedMilliseconds: Int64
    /// Milliseconds that each phase took, over all attempts, in order.
    package var phases: [(phase: RunPhase, milliseconds: Int64)]
    /// The lines of the archive.
    package var lines: LineCounts
    /// Rejected lines that somebody accepted.
    package var acceptedLines = 0
    /// The read models in the job's order.
    package var readModels: [ReadModelReport]
    /// The gates; empty when verify was not reached.
    package var gates: [GateResult]
    /// The gate that decided; nil: all let it pass.
    package var decisive: GateResult?
    /// What failed after the aliases had moved; nil: nothing did.
    package var unfinished: PipelineError?
    /// Entity marks.
    package var marks: Int
    /// Frames that salvage dropped.
    package var salvageRemarks: [String]
    /// What a person should know of the read models, one sentence each.
    package var warnings: [String]
    /// Indices that were deleted.
    package var deletedIndices: [String]
    /// The command that ends the hold which stopped the run; nil: none did.
    package var release: String?
    /// `next` or `undo`.
    package var follow: FollowUp

    /// The command that a person may type after this end.
    package struct FollowUp: Sendable, Hashable {
        /// What the command does to this end.
        package enum Word: String, Sendable, Hashable {
            /// It goes on.
            case next
            /// It takes it back.
            case undo
        }
        /// The word before the command.
        package var word: Word
        /// A line that a shell takes as it stands.
        package var command: String
    }

    /// How many rejects somebody accepted.
    package var accepted: Int {
        readModels.reduce(acceptedLines) { $0 + $1.acceptedRecords + $1.acceptedDocuments }
    }

    /// Equal when all parts are.
    package static func == (left: RunReport, right: RunReport) -> Bool { left.json == right.json }
    /// Hashes the run.
    package func hash(into hasher: inout Hasher) { hasher.combine(run) }
}

extension RunReport {
    /// The report as one JSON object.
    package var json: JSONValue {
        [
            "apiVersion": "refold/v1", "kind": "RunReport", "run": .text(run), "job": .text(job),
            "outcome": .text(outcome.rawValue), "failure": .optional(failure?.rawValue),
            "startedAt": .text(startedAt), "tookMilliseconds": .integer(tookMilliseconds),
            "elapsedMilliseconds": .integer(elapsedMilliseconds),
            "phases": .array(
                phases.map { ["phase": .text($0.phase.rawValue), "milliseconds": .integer($0.milliseconds)] }
            ),
            "lines": lines.json.with(accepted: acceptedLines), "readModels": .array(readModels.map(\.json)),
            "gates": .array(gates.map(\.json)),
            "decisive": decisive?.json ?? .null, "marks": .integer(marks), "salvage": .texts(salvageRemarks),
            "warnings": .texts(warnings), "deletedIndices": .texts(deletedIndices),
            ByteString(follow.word.rawValue): .text(follow.command),
        ]
    }
}

extension RunReport.ReadModelReport {
    var json: JSONValue {
        [
            "name": .text(name), "version": .integer(version), "index": .text(index),
            "recordIDs": records.json.with(accepted: acceptedRecords),
            "documents": documents.json.with(accepted: acceptedDocuments),
            "aliases": .array(
                aliases.map { ["alias": .text($0.alias), "from": .optional($0.from), "to": .text($0.to)] }
            ),
            "remarks": .texts(remarks),
        ]
    }
}

extension JSONValue {
    /// A sum with how many of its rejected ones somebody accepted.
    fileprivate func with(accepted: Int) -> JSONValue {
        guard var sum = asObject else { return self }
        sum["accepted"] = .integer(accepted)
        return .object(sum)
    }
}

extension DocumentSums {
    var json: JSONValue {
        [
            "sent": .integer(sent), "indexed": .integer(indexed), "superseded": .integer(superseded),
            "deleted": .integer(deleted), "rejected": .integer(rejected), "gaps": .integer(gaps),
            "gapsWithoutDocument": .integer(gaps - writtenGaps),
            "withoutDocument": ["outsideWhere": .integer(outsideWhere), "empty": .integer(empty)],
        ]
    }
}

extension GateResult {
    /// The gate as one JSON object.
    package var json: JSONValue {
        [
            "gate": .text(name.rawValue), "readModel": .optional(readModel), "state": .text(state.rawValue),
            "detail": .text(detail), "examples": .texts(examples),
        ]
    }

    /// Reads a gate; nil when the value is none.
    init?(json: JSONValue) {
        guard let name = json["gate"]?.asString.flatMap(GateName.init(rawValue:)),
            let state = json["state"]?.asString.flatMap(State.init(rawValue:)),
            let detail = json["detail"]?.asString
        else { return nil }
        self.init(
            name,
            state,
            readModel: json["readModel"]?.asString,
            detail,
            examples: json["examples"]?.asTexts ?? []
        )
    }
}
