public import RefoldBytes

/// One run as the ledger knows it.
public struct RunRecord: Sendable, Hashable {
    /// Its name.
    public var id: RunID
    /// The job's name.
    public var job: String
    /// Digest of what makes two runs the same, hexadecimal.
    public var identity: String
    /// When it began, milliseconds since 1970.
    public var startedAt: Int64
    /// When it ended, milliseconds since 1970; nil: it has not, or it was killed.
    public var endedAt: Int64?
    /// The phase it is or ended in.
    public var phase: String
    /// How it ended; nil: it has not, or it was killed.
    public var outcome: String?
    /// The exit status of its last end.
    public var exit: Int?
    /// The indices it made or will make.
    public var indices: [String]

    /// All parts.
    public init(
        id: RunID,
        job: String,
        identity: String,
        startedAt: Int64,
        endedAt: Int64? = nil,
        phase: String,
        outcome: String? = nil,
        exit: Int? = nil,
        indices: [String] = []
    ) {
        self.id = id
        self.job = job
        self.identity = identity
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.phase = phase
        self.outcome = outcome
        self.exit = exit
        self.indices = indices
    }
}

/// One row about an effect that cannot be repeated blindly.
public struct EffectRecord: Sendable, Hashable {
    /// Whether it was about to happen, or is done and read back.
    public enum Step: String, Sendable, Hashable {
        /// It is about to happen.
        case intent
        /// It is done and read back.
        case result
    }
    /// What it is: `create`, `swap`, `delete`, `hold`.
    public var name: String
    /// What it acts on: an index, an alias.
    public var subject: String
    /// The step.
    public var step: Step
    /// When, milliseconds since 1970.
    public var at: Int64
    /// What is to be done or was found.
    public var detail: JSONValue

    /// All parts.
    public init(name: String, subject: String, step: Step, at: Int64, detail: JSONValue = .null) {
        self.name = name
        self.subject = subject
        self.step = step
        self.at = at
        self.detail = detail
    }
}

/// One reject as the ledger keeps it.
public struct RejectRecord: Sendable, Hashable {
    /// Which part of the run set it aside: `fold`, or `index` with read model and shard.
    public var stage: String
    /// Its place within the stage, from 0.
    public var ordinal: Int
    /// The segment's path; nil for a document.
    public var segment: String?
    /// The line, from 1.
    public var line: Int?
    /// Its key or document id.
    public var key: String?
    /// The read model; nil: it belongs to the archive.
    public var readModel: String?
    /// The reason word.
    public var why: String
    /// The note with which it was accepted; nil: it was not.
    public var accepted: String?
    /// The rest: record, detail, sha256, frame, offset, version.
    public var other: JSONObject

    /// All parts.
    public init(
        stage: String,
        ordinal: Int,
        segment: String? = nil,
        line: Int? = nil,
        key: String? = nil,
        readModel: String? = nil,
        why: String,
        accepted: String? = nil,
        other: JSONObject = [:]
    ) {
        self.stage = stage
        self.ordinal = ordinal
        self.segment = segment
        self.line = line
        self.key = key
        self.readModel = readModel
        self.why = why
        self.accepted = accepted
        self.other = other
    }
}
