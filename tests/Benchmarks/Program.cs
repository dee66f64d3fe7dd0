Console.WriteLine("ouishare");
