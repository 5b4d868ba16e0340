/// One argument of a verb, by its place.
package struct PositionalDeclaration: Sendable, Hashable {
    /// How often it may stand.
    package enum Occurrence: Sendable, Hashable {
        /// Exactly once.
        case once
        /// Once or not at all.
        case optional
        /// Once or more.
        case some
        /// Any number of times.
        case any
    }
    /// What a shell may offer for it.
    package enum Offer: Sendable, Hashable {
        /// Files and folders.
        case files
        /// These words, and only they are taken.
        case words([String])
        /// The names of the verbs.
        case verbs
        /// Nothing.
        case nothing
    }
    /// The name in capitals.
    package var name: String
    /// How often it may stand.
    package var occurrence: Occurrence
    /// What a shell may offer.
    package var offer: Offer
    /// What it is, one sentence in lower case without a full stop.
    package var summary: String

    /// All parts.
    package init(_ name: String, _ summary: String, _ occurrence: Occurrence = .once, offer: Offer = .files) {
        self.name = name
        self.occurrence = occurrence
        self.offer = offer
        self.summary = summary
    }

    /// The name as the usage line shows it: `[RUN]`, `FILE…`.
    package var notation: String {
        switch occurrence {
        case .once: name
        case .optional: "[\(name)]"
        case .some: "\(name)…"
        case .any: "[\(name)…]"
        }
    }

    /// Whether at least one must stand.
    package var isRequired: Bool { occurrence == .once || occurrence == .some }
    /// Whether more than one may stand.
    package var repeats: Bool { occurrence == .some || occurrence == .any }
}

extension PositionalDeclaration {
    /// A job file.
    package static let job = PositionalDeclaration("JOB", "the job file")
    /// An archive.
    package static let archive = PositionalDeclaration("ARCHIVE", "the archive's folder")
    /// A run.
    package static let run = PositionalDeclaration(
        "RUN",
        "a run id, a unique beginning of one, or a job file (its latest run)"
    )
    /// A run, or none.
    package static let runIfAny = PositionalDeclaration("RUN", run.summary, .optional)
    /// An aggregate.
    package static let key = PositionalDeclaration(
        "KEY",
        "an aggregate's key, `Entity#id` or `Entity/id`",
        offer: .nothing
    )
}
