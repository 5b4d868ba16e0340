package import RefoldBytes

/// A failure of the command line itself: its words, its output, its terminal.
package struct CommandError: Failure {
    /// The fixed words.
    package enum Code: String, Sendable, CaseIterable {
        /// No such verb.
        case unknownVerb = "command.unknown_verb"
        /// A verb that a later version brings.
        case notBuilt = "command.not_built"
        /// No such option.
        case unknownOption = "command.unknown_option"
        /// An option's value is missing, not wanted, or none of those it takes.
        case optionValue = "command.option_value"
        /// Too few or too many arguments, or one that cannot be.
        case argument = "command.argument"
        /// A question that needs consent, and nobody to ask.
        case consent = "command.consent"
        /// The reader of the output is gone.
        case outputClosed = "command.output_closed"
        /// There is no room for the output.
        case outputFull = "command.output_full"
        /// The output cannot be written.
        case outputFailed = "command.output_failed"
        /// A file named on the command line cannot be used.
        case file = "command.file"
        /// A fault that no room has a word for.
        case unexpected = "command.unexpected"
        /// A signal ended the command.
        case interrupted = "command.interrupted"
    }
    /// The fixed word.
    package var reason: Code
    /// What went wrong.
    package var message: String
    /// The verb, option or file.
    package var place: String?
    /// Why.
    package var cause: String?
    /// What mends it.
    package var fix: String?
    /// How the command is called, for a wrong use of it.
    package var usage: String?

    /// All parts.
    package init(
        _ reason: Code,
        _ message: String,
        place: String? = nil,
        cause: String? = nil,
        fix: String? = nil,
        usage: String? = nil
    ) {
        self.reason = reason
        self.message = message
        self.place = place
        self.cause = cause
        self.fix = fix
        self.usage = usage
    }

    /// The fixed word as text.
    package var code: String { reason.rawValue }

    /// The kind of each word.
    package var kind: FailureKind {
        switch reason {
        case .unknownVerb, .notBuilt, .unknownOption, .optionValue, .argument, .consent: .usage
        case .outputFull: .localExhausted
        case .file: .notPermitted
        case .outputClosed, .outputFailed, .unexpected: .internalFault
        case .interrupted: .interrupted
        }
    }

    /// What can be done about a fault of refold's own.
    static let faultFix = "it is a fault of refold: keep this message, then type the same command again"
}
