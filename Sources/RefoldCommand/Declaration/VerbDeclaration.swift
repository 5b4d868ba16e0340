/// One verb, declared once: parser, help, did-you-mean, completions and manual page read it from here.
package struct VerbDeclaration: Sendable, Hashable {
    /// The group under which help lists a verb.
    package enum Section: String, Sendable, CaseIterable {
        /// From nothing to a job.
        case start = "start"
        /// A job and its runs.
        case run = "run"
        /// The archive.
        case archive = "archive"
        /// The tool itself.
        case tool = "the tool"
    }
    /// A command line that works, and what it does.
    package struct Example: Sendable, Hashable {
        /// The line, as typed.
        package var line: String
        /// What it does.
        package var purpose: String

        /// Both parts.
        package init(_ line: String, _ purpose: String) {
            self.line = line
            self.purpose = purpose
        }
    }
    /// Words that a verb's result uses.
    package struct Glossary: Sendable, Hashable {
        /// One word.
        package struct Entry: Sendable, Hashable {
            /// The word.
            package var word: String
            /// What it says, in lower case without a full stop; code in back-ticks.
            package var meaning: String
        }
        /// What they are.
        package var title: String
        /// The words in order.
        package var entries: [Entry]
    }
    /// The name: one word, or a group and a word (`rejects list`).
    package var name: String
    /// Where help lists it.
    package var section: Section
    /// What it does, one sentence in lower case without a full stop.
    package var summary: String
    /// More, a paragraph each; code in back-ticks.
    package var details: [String]
    /// The arguments in order.
    package var positionals: [PositionalDeclaration]
    /// The options; `--help` is added to all.
    package var options: [OptionDeclaration]
    /// The words of its result, if they need telling.
    package var glossary: Glossary?
    /// How it can end, besides 0.
    package var statuses: [ExitStatus]
    /// Lines that work, at least one.
    package var examples: [Example]
    /// Whether a first signal lets it come to a good end, instead of ending it at once.
    package var drains: Bool

    /// All parts; every verb can end with 0, 1 (a fault), 15 (no room for its output) and 64.
    package init(
        _ name: String,
        in section: Section,
        _ summary: String,
        details: [String] = [],
        positionals: [PositionalDeclaration] = [],
        options: [OptionDeclaration] = [],
        glossary: Glossary? = nil,
        statuses: [ExitStatus] = [],
        examples: [Example],
        drains: Bool = false
    ) {
        self.name = name
        self.section = section
        self.summary = summary
        self.details = details
        self.positionals = positionals
        self.options = options + [.help]
        self.glossary = glossary
        self.statuses = Set(statuses).union([.done, .internalFault, .localExhausted, .usage])
            .sorted { $0.rawValue < $1.rawValue }
        self.examples = examples
        self.drains = drains
    }

    /// The group before the verb's own word, if there is one.
    package var group: String? {
        let words = name.split(separator: " ")
        return words.count == 2 ? words.first.map(String.init) : nil
    }

    /// The verb's own word.
    package var word: String { name.split(separator: " ").last.map(String.init) ?? name }

    /// `refold run [OPTION…] JOB`.
    package var usage: String {
        (["refold", name, "[OPTION…]"] + positionals.map(\.notation)).joined(separator: " ")
    }

    /// The option of a long name.
    package func option(long: String) -> OptionDeclaration? { options.first { $0.long == long } }

    /// The option of a letter.
    package func option(short: Character) -> OptionDeclaration? { options.first { $0.short == short } }
}

extension [ExitStatus] {
    /// The ends of a command that a signal can stop.
    package static let stopped: [ExitStatus] = [.interrupted, .terminated]
    /// The ends of a command that reads an archive.
    package static let ofArchive: [ExitStatus] = [.archiveRefused, .notPermitted] + stopped
    /// The ends of a command that asks a target or a ledger.
    package static let ofTarget: [ExitStatus] = [.notPermitted, .targetUnavailable]
    /// The ends of a command that swaps an alias.
    package static let ofSwap: [ExitStatus] = [.notSwapped, .locked, .moved, .swapAmbiguous] + ofTarget
}
