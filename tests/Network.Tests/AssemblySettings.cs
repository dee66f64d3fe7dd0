// Each test runs whole networks of processes; side by side they would only take each other's cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
