"""A site configuration of ReFrame for a Slurm cluster with GPUs; change partition and scheduler to the site's own."""

site_configuration = {
    "systems": [
        {
            "name": "cluster",
            "hostnames": [".*"],
            "partitions": [
                {
                    "name": "gpu",
                    # "slurm" where the cluster keeps accounts (sacct), "squeue" elsewhere.
                    "scheduler": "squeue",
                    "launcher": "srun",
                    "environs": ["builtin"],
                    "access": ["--partition=main"],
                    "resources": [{"name": "gpu", "options": ["--gres=gpu:{num_gpus_per_node}"]}],
                }
            ],
        }
    ],
}
