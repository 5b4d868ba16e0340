/// The manual page refold(1) in man(7) macros, made of the declarations.
package enum ManualPage {
    /// The page.
    package static func text() -> String {
        var page = """
            .TH REFOLD 1 "\(VersionVerb.day)" "refold \(VersionVerb.version)" "User Commands"
            .SH NAME
            refold \\- rebuild search read models from event archives
            .SH SYNOPSIS
            .B refold
            .I VERB
            .RI [ OPTION ...]
            .RI [ ARGUMENT ...]
            .SH DESCRIPTION
            One declarative manifest and one command replay the archive,
            fold the aggregates, project the documents, fill a new versioned index,
            prove that it is right, and move the alias in one step.
            Until then readers see the old index; if anything is wrong they keep seeing it.
            .PP
            The result goes to standard output, everything else to standard error.

            """
        for section in VerbDeclaration.Section.allCases {
            page += ".SH \(section.rawValue.uppercased())\n"
            for verb in VerbTable.verbs.map({ $0.declaration }) where verb.section == section {
                page += entry(verb)
            }
        }
        page += ".SH EXIT STATUS\n"
        for status in ExitStatus.allCases {
            let advice = status.advice == .nothing ? "" : " (\(status.advice.rawValue))"
            page += ".TP\n.B \(status.rawValue)\n\(lines("\(status.word): \(status.meaning)\(advice)."))\n"
        }
        page += ".SH ENVIRONMENT\n"
        for (name, text) in EnvironmentVariable.all { page += ".TP\n.B \(name)\n\(roff(text)).\n" }
        return page
    }

    private static func entry(_ verb: VerbDeclaration) -> String {
        var text = ".SS \(roff(verb.name))\n.B \(roff(verb.usage))\n.PP\n\(sentence(verb.summary))\n"
        for paragraph in verb.details { text += ".PP\n\(lines(paragraph))\n" }
        for positional in verb.positionals {
            text += ".TP\n.I \(roff(positional.name))\n\(sentence(positional.summary))\n"
        }
        for option in verb.options where option != .help {
            let names = [option.short.map { "-\($0)" }, option.typed].compactMap(\.self)
            let heading = names.map { "\\fB\(roff($0))\\fR" }.joined(separator: ", ")
            let value = option.placeholder.map { " \\fI\(roff($0))\\fR" } ?? ""
            text += ".TP\n\(heading)\(value)\n\(sentence(option.summary))\n"
        }
        for entry in verb.glossary?.entries ?? [] {
            text += ".TP\n.B \(roff(entry.word))\n\(sentence(entry.meaning))\n"
        }
        let statuses = verb.statuses.map { "\($0.rawValue)" }.joined(separator: ", ")
        text += ".PP\nExit status: \(statuses).\n"
        for example in verb.examples {
            text += ".PP\n\(roff(example.purpose))\n.PP\n.RS\n.nf\n\(roff(example.line))\n.fi\n.RE\n"
        }
        return text
    }

    private static func sentence(_ text: String) -> String {
        lines(text.prefix(1).uppercased() + text.dropFirst() + ".")
    }

    /// Escaped text, each sentence on lines of its own: roff sets the space between them.
    private static func lines(_ text: String) -> String {
        var sentences: [String] = [""]
        for word in text.split(separator: " ") {
            let last = sentences.count - 1
            sentences[last] += sentences[last].isEmpty ? word : " " + word
            if word.hasSuffix(".") { sentences.append("") }
        }
        let broken = sentences.filter { !$0.isEmpty }.flatMap { wrapped($0, width: 70) }
        // Escaped as one text: what stands in back-ticks may go over a line end.
        return roff(broken.joined(separator: "\n"))
    }

    /// Text with what roff would read as commands escaped; what stands in back-ticks becomes bold.
    static func roff(_ text: String) -> String {
        var output = ""
        var isBold = false
        for character in text {
            switch character {
            case "." where output.isEmpty || output.hasSuffix("\n"):
                // A line that begins with a full stop would be a macro.
                output += "\\&."
            case "`":
                isBold.toggle()
                output += isBold ? "\\fB" : "\\fR"
            case "\\": output += "\\e"
            case "-": output += "\\-"
            case "…": output += "..."
            case "'": output += "\\(aq"
            case "~": output += "\\(ti"
            case "^": output += "\\(ha"
            default: output.append(character)
            }
        }
        return output
    }
}
