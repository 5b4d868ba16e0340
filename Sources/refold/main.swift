import RefoldCommand

await RefoldCommand.main()
