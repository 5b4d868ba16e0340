/// What a person typed after a verb, held against the verb's declaration.
package struct ParsedArguments: Sendable {
    /// The verb.
    package let verb: VerbDeclaration
    private var values: [String: [String]] = [:]
    /// The arguments that are no options, in order.
    package private(set) var positionals: [String] = []

    /// Nothing typed yet.
    package init(verb: VerbDeclaration) { self.verb = verb }

    /// Notes one occurrence of an option; a switch's value is empty text.
    mutating func note(_ option: OptionDeclaration, _ value: String) {
        values[option.long, default: []].append(value)
    }

    /// Notes one argument.
    mutating func note(positional: String) { positionals.append(positional) }

    /// Whether an option stands there.
    package func has(_ option: OptionDeclaration) -> Bool { values[option.long] != nil }

    /// The value of an option; of several the last.
    package func value(_ option: OptionDeclaration) -> String? { values[option.long]?.last }

    /// All values of an option in order.
    package func values(_ option: OptionDeclaration) -> [String] { values[option.long] ?? [] }

    /// The value of an option declared as a count.
    package func count(_ option: OptionDeclaration) -> Int? { value(option).flatMap { Int($0) } }

    /// The argument at a place, if it was typed.
    package func positional(_ place: Int) -> String? {
        positionals.indices.contains(place) ? positionals[place] : nil
    }

    /// The argument at a place that the parser has seen to be there.
    ///
    /// Throws `command.argument` all the same when it is not: a wrong declaration must not trap.
    package func required(_ place: Int) throws(CommandError) -> String {
        guard let text = positional(place) else { throw verb.missing(place) }
        return text
    }
}

extension VerbDeclaration {
    /// The failure of an argument that is not there.
    func missing(_ place: Int) -> CommandError {
        let name = positionals.indices.contains(place) ? positionals[place].name : "an argument"
        return CommandError(
            .argument,
            "`\(self.name)` needs \(name)",
            fix: "`refold help \(self.name)` says what it takes",
            usage: usage
        )
    }
}
