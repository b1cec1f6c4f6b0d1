"""What runs at each job: prolog, task prolog, task epilog and epilog. Few imports, because each of them begins anew."""
