/// Holds what was typed against the declarations.
///
/// Options and arguments may mix; `--` ends the options; letters bundle (`-yo json`, `-ojson`); a value may follow
/// `=`. A value that begins with a dash needs the `=` form, so that a forgotten value is found.
package struct ArgumentParser {
    private let verb: VerbDeclaration
    private var rest: ArraySlice<String>
    private var parsed: ParsedArguments

    private init(_ verb: VerbDeclaration, _ arguments: ArraySlice<String>) {
        self.verb = verb
        rest = arguments
        parsed = ParsedArguments(verb: verb)
    }

    /// Parses what follows a verb.
    package static func parse(
        _ arguments: ArraySlice<String>,
        of verb: VerbDeclaration
    ) throws(CommandError) -> ParsedArguments {
        var parser = ArgumentParser(verb, arguments)
        try parser.readAll()
        // Who asks for help gets it, whatever else is missing.
        if !parser.parsed.has(.help) { try parser.checkPositionals() }
        return parser.parsed
    }

    private mutating func readAll() throws(CommandError) {
        while let word = rest.popFirst() {
            if word == "--" {
                for word in rest { parsed.note(positional: word) }
                return
            }
            if word.hasPrefix("--") {
                try readLong(word.dropFirst(2))
            } else if word.hasPrefix("-"), word.count > 1 {
                try readLetters(word.dropFirst())
            } else {
                parsed.note(positional: word)
            }
        }
    }

    private mutating func readLong(_ word: Substring) throws(CommandError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts.first ?? "")
        guard let option = verb.option(long: name) else {
            throw wrong(
                option: "--\(name)",
                nearest: nearestWord(to: name, among: verb.options.map(\.long)).map { "--\($0)" }
            )
        }
        try take(option, inline: parts.count > 1 ? String(parts[1]) : nil)
    }

    private mutating func readLetters(_ word: Substring) throws(CommandError) {
        var letters = word
        while let letter = letters.popFirst() {
            guard let option = verb.option(short: letter) else {
                let nearest = verb.option(long: String(word)).map(\.typed)
                throw wrong(option: "-\(letter)", nearest: nearest)
            }
            guard option.value != .none else {
                try take(option, inline: nil)
                continue
            }
            let inline = letters.first == "=" ? letters.dropFirst() : letters
            return try take(option, inline: letters.isEmpty ? nil : String(inline))
        }
    }

    private mutating func take(_ option: OptionDeclaration, inline: String?) throws(CommandError) {
        if option.value == .none {
            guard inline == nil else { throw refused(option, inline ?? "", "it takes none") }
            return parsed.note(option, "")
        }
        guard let value = inline ?? nextValue() else {
            throw CommandError(
                .optionValue,
                "`\(option.typed)` needs a value",
                cause: rest.first.map { "`\($0)` looks like an option" },
                fix: "write \(option.typed)=\(option.placeholder ?? "VALUE")",
                usage: verb.usage
            )
        }
        if let objection = option.objection(to: value) { throw refused(option, value, objection) }
        parsed.note(option, value)
    }

    private mutating func nextValue() -> String? {
        guard let next = rest.first, next == "-" || !next.hasPrefix("-") else { return nil }
        rest.removeFirst()
        return next
    }

    private func checkPositionals() throws(CommandError) {
        let declared = verb.positionals
        let given = parsed.positionals
        if given.count < declared.count(where: \.isRequired) { throw verb.missing(given.count) }
        if given.count > declared.count, declared.last?.repeats != true {
            throw CommandError(
                .argument,
                "`\(verb.name)` takes no argument `\(given[declared.count])`",
                fix: "quote an argument that has spaces",
                usage: verb.usage
            )
        }
        for (declaration, word) in zip(declared, given) {
            guard case .words(let words) = declaration.offer, !words.contains(word) else { continue }
            throw CommandError(
                .argument,
                "`\(word)` is no \(declaration.name)",
                cause: "it is one of \(words.joined(separator: ", "))",
                fix: didYouMean(nearestWord(to: word, among: words)) ?? "write one of them",
                usage: verb.usage
            )
        }
    }

    private func wrong(option: String, nearest: String?) -> CommandError {
        CommandError(
            .unknownOption,
            "`\(verb.name)` has no option `\(option)`",
            fix: didYouMean(nearest) ?? "`refold \(verb.name) --help` lists its options",
            usage: verb.usage
        )
    }

    private func refused(_ option: OptionDeclaration, _ value: String, _ objection: String) -> CommandError {
        var nearest: String?
        if case .choice(_, let words) = option.value { nearest = nearestWord(to: value, among: words) }
        return CommandError(
            .optionValue,
            "`\(option.typed)` cannot be `\(value)`",
            cause: objection,
            fix: didYouMean(nearest)
                ?? (option.value == .none
                    ? "write \(option.typed) alone"
                    : "write \(option.typed)=\(option.placeholder ?? "VALUE")"),
            usage: verb.usage
        )
    }
}
